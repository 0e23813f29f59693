package pidfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// namingTime is how long a search for the holder of a lock may take: another user
// may have thousands of processes and open files. Tests on a busy machine have more.
var namingTime = 500 * time.Millisecond

// holderName returns the process that keeps the file locked with an open file
// description lock. The kernel does not report it, so the function searches the
// open files of all processes that the caller may read. It returns unknown if it
// finds none.
func holderName(f *os.File, unknown string) string {
	table, err := proctree.Snapshot()
	if err != nil {
		return unknown
	}
	deadline := time.Now().Add(namingTime)
	for _, p := range slices.Backward(table) { // the holder has most likely been started just now
		if p.PID == os.Getpid() {
			continue
		}
		if time.Now().After(deadline) {
			break
		}
		if locks, err := hasLock(f, p.PID, ""); locks && err == nil {
			return fmt.Sprintf("process %d (%s)", p.PID, printable.Excerpt(p.Comm, maxComm))
		}
	}
	return unknown
}

// maxLocks is how many bytes of /proc/locks are read. Another user may have any
// number of locks.
const maxLocks = 1 << 20

// flockedByWriter reports whether the process that keeps the file locked with
// flock(2) belongs to a user who may write to the file, as every simplevisor-loop
// does. Any user who may read the file can take such a lock too.
func flockedByWriter(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	if info.Mode().Perm()&0o022 != 0 || control(f, localOnly) != nil {
		return true // any user may write, or the holder is on another host
	}
	for _, pid := range flockHolders(f) {
		// Ignore the saved user id: a reader may execute a set-uid program.
		if uid, _, err := proctree.Users(pid); err == nil && (uid == 0 || uid == ownerOf(info)) {
			return true
		}
	}
	return false
}

// flockHolders returns the processes that hold a flock(2) on the file, from
// /proc/locks (proc_locks(5)).
func flockHolders(f *os.File) (pids []int) {
	var here inode
	err := control(f, func(fd int) (err error) {
		here, err = identify(fmt.Sprintf("/proc/self/fd/%d", fd))
		return err
	})
	if err != nil {
		return nil
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return nil
	}
	defer locks.Close()
	want := fmt.Sprintf("%02x:%02x:%d", here.major, here.minor, here.number)
	for lines := bufio.NewScanner(io.LimitReader(locks, maxLocks)); lines.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 42 00:2d:5678 0 EOF
		words := strings.Fields(lines.Text())
		if len(words) < 6 || words[1] != "FLOCK" || words[5] != want {
			continue
		}
		if pid, err := strconv.Atoi(words[4]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// ownerHint adds to an error that the file at path belongs to another user.
func ownerHint(err error, path string) error {
	if owner, foreign := foreignOwner(path); foreign {
		return fmt.Errorf("%w (%q belongs to user %d)", err, path, owner)
	}
	return err
}

func foreignOwner(path string) (owner int, foreign bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, false
	}
	owner = ownerOf(info)
	return owner, owner != os.Geteuid()
}
