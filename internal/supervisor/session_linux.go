package supervisor

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/proctree"
)

// session is what is known of the processes of a daemon service.
type session struct {
	svloop  int // the leader, 0 if it is not known
	program int // 0 if it is not known
}

func sessionOf(status control.Status) (s session) {
	if s.svloop = status.Svloop; s.svloop > 0 && len(status.PIDs) > 0 {
		s.program = status.PIDs[0]
	}
	return s
}

// reap reaps svloop, which has exited, and its program, if they are children of this
// process. It takes a pidfd of svloop.
//
// [orphans] would reap them too, but a second later. Until then the kernel keeps the id of
// the session, so each search for survivors has to read the whole process table: if a
// thousand services are killed at once, that takes longer than their start.
//
// Without autogroups, only the zombie proves that processes in the session are survivors.
func (s session) reap(fd int) {
	if !hasAutogroups() || !exitedChild(unix.P_PIDFD, fd) {
		return
	}
	// As long as svloop is a zombie, its pid is that of no other process and session.
	if sid, err := unix.Getsid(s.program); s.program > 0 && err == nil && sid == s.svloop {
		reapChild(unix.P_PID, s.program)
	}
	reapChild(unix.P_PIDFD, fd)
}

// hasAutogroups reports whether the kernel has them: see [proctree.Autogroup].
var hasAutogroups = sync.OnceValue(func() bool {
	autogroup, err := proctree.Autogroup(os.Getpid())
	return err == nil && autogroup != 0
})

// exitedChild reports whether a child has exited. It can still be reaped then.
func exitedChild(how, id int) bool {
	var info unix.Siginfo
	err := unix.Waitid(how, id, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	return err == nil && info.Signo == int32(unix.SIGCHLD)
}

// reapChild reaps a child if it has exited.
func reapChild(how, id int) { _ = unix.Waitid(how, id, nil, unix.WEXITED|unix.WNOHANG, nil) }
