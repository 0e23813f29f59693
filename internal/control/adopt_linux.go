package control

import (
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// adoptOrphans makes this process the parent of the daemons that its commands
// leave, instead of process 1, so that the exit status of one that exits at once is
// known. Without it only the reason of a failed start is missing.
var adoptOrphans = sync.OnceFunc(func() {
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

// reap returns how a process has exited that was adopted. It is not known when
// another process was its parent at its end.
func reap(pid int) (ended string, code int, known bool) {
	var status unix.WaitStatus
	got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil)
	switch {
	case err != nil || got != pid:
		return "", 0, false
	case status.Signaled():
		return "killed by signal " + proctree.SignalName(status.Signal()), -1, true
	}
	return fmt.Sprintf("exit status %d", status.ExitStatus()), status.ExitStatus(), true
}
