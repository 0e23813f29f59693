package daemonize

import (
	"bytes"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// needed is how many additional threads and processes a start takes: those of the
// caller, of the daemon, and of a program that is also written in Go, such as the
// one that sets up the environment of a program.
const needed = 14

// small is the limit up to which threads and processes are counted. Counting many
// takes as long as a start, and a user with a limit that low has few.
const small = 1024

// room checks that the user may create as many threads and processes as a start
// needs (RLIMIT_NPROC in getrlimit(2)). If the Go runtime cannot create a thread,
// it terminates the process with pages of text on standard error. A daemon that
// just fits would also fail later. Threads that /proc does not show are not
// counted.
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

// field returns the first number after a name in /proc/PID/status.
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
