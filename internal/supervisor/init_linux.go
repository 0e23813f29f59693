package supervisor

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/internal/reexec"
)

// Init runs this program again as a child, passes signals on to it, reaps all orphans,
// and returns the exit status of the child. It is for process 1 of a container: the
// number 1 cannot stand in a pid file, because it belongs to init on every host.
func Init(args, env []string) (code int, err error) {
	r, err := reaper.New()
	if err != nil {
		return 0, err
	}
	signals := make(chan os.Signal, 32)
	signal.Notify(signals)
	defer signal.Stop(signals)
	pid, ended, err := r.Start(func() (int, error) {
		return syscall.ForkExec(reexec.Self, args, &syscall.ProcAttr{Env: env, Files: []uintptr{0, 1, 2}})
	})
	if err != nil {
		return 0, fmt.Errorf("cannot run the supervisor: %w", err)
	}
	for {
		select {
		case e := <-ended:
			return exitstatus.Code(e.Status), nil
		case got := <-signals:
			switch got {
			case syscall.SIGCHLD:
				r.Reap()
			case syscall.SIGURG: // the runtime sends it to itself
			default:
				_ = r.Signal(pid, got.(syscall.Signal))
			}
		}
	}
}
