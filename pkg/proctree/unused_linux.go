package proctree

import (
	"errors"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// unused reports whether no process has this id as its pid, process group or session. The
// answer takes one look at the ids of the kernel, however many processes there are. false
// says nothing: the call may have failed.
//
// pidfd_open(2) and kill(2) do not find the id of a session whose leader has exited.
// F_SETOWN (fcntl(2)) does: since Linux 4.12, it fails with ESRCH if, and only if, the id is
// not in use. The signals that it is made for are not turned on.
func unused(id int) bool { return findsAllIDs() && noSuchID(id) }

func noSuchID(id int) bool {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	_, err = unix.FcntlInt(uintptr(fd), unix.F_SETOWN, id)
	return errors.Is(err, unix.ESRCH)
}

// findsAllIDs reports whether F_SETOWN finds ids that are not those of processes. It does
// in Linux. In gVisor, which imitates Linux, it finds the pids of processes only. The id of
// another thread than the first tells them apart.
var findsAllIDs = sync.OnceValue(func() bool {
	threads, _ := numbers("/proc/self/task")
	for _, name := range threads {
		if tid, err := strconv.Atoi(name); err == nil && tid != os.Getpid() {
			return !noSuchID(tid)
		}
	}
	return false
})
