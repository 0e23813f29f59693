package control

import (
	"sync"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/exitstatus"
)

// adoptOrphans makes this process the parent of the daemons that its commands
// leave, instead of process 1, so that the exit status of one that exits at once is
// known. Without it only the reason of a failed start is missing.
var adoptOrphans = sync.OnceFunc(func() {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

// reap returns how an adopted process has exited; the code is -1 after a signal.
// It is not known if the process had another parent when it exited.
func reap(pid int) (ended string, code int, known bool) {
	var status unix.WaitStatus
	if got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil); err != nil || got != pid {
		return "", 0, false
	}
	return exitstatus.Text(status), status.ExitStatus(), true
}
