package daemonize

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// needed is how many threads and processes a start takes beside those that the
// caller has: further ones of its own, the daemon's, and those of a program that
// is written in Go too, as is what sets up a program in svloop.
const needed = 14

// small is a limit below which they are counted. That takes as long as a start
// where there are many, and a user with a limit as low has few.
const small = 1024

// room checks that the user may have as many threads and processes more as a
// start needs (RLIMIT_NPROC in getrlimit(2)). The Go runtime ends a process that
// it cannot make a thread for, with pages of text on standard error; so will a
// daemon end later that has just found room. Threads that /proc does not show are
// not counted.
func room() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NPROC, &limit); err != nil || limit.Cur > small || os.Getuid() == 0 {
		return nil
	}
	used, err := threadsOf(os.Getuid())
	if err != nil || used+needed <= int(limit.Cur) {
		return nil
	}
	return fmt.Errorf("the user has %d threads and processes, may have %d (RLIMIT_NPROC), and a start needs %d more", used, limit.Cur, needed)
}

// threadsOf counts the threads of all processes of a user.
func threadsOf(uid int) (sum int, err error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if name[0] < '1' || name[0] > '9' {
			continue
		}
		text, err := os.ReadFile("/proc/" + name + "/status")
		if err == nil && field(text, "\nUid:") == uid {
			sum += field(text, "\nThreads:")
		}
	}
	return sum, nil
}

// field returns the first number behind a name in /proc/PID/status.
func field(text []byte, name string) int {
	_, rest, _ := bytes.Cut(text, []byte(name))
	words := bytes.Fields(rest[:min(len(rest), 32)])
	if len(words) == 0 {
		return -1
	}
	n, err := strconv.Atoi(string(words[0]))
	if err != nil {
		return -1
	}
	return n
}
