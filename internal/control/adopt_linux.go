package control

import (
	"sync"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/exitstatus"
)

// adoptOrphans makes svctl the parent of the daemons that its commands start, instead
// of process 1. svctl can then read the exit status of a daemon that exits at once.
// If the call fails, only the reason of a failed start is missing.
var adoptOrphans = sync.OnceFunc(func() {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

// reap returns how an adopted process exited; the code is -1 if a signal killed it.
// The result is unknown if the process had another parent when it exited.
func reap(pid int) (ended string, code int, known bool) {
	var status unix.WaitStatus
	if got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil); err != nil || got != pid {
		return "", 0, false
	}
	return exitstatus.Text(status), status.ExitStatus(), true
}
