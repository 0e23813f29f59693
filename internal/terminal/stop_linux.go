package terminal

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// Stop stops the foreground job, as Ctrl-Z does outside of raw mode, and returns when it is
// continued. The caller has left its screen, and must never have caught SIGTSTP: the runtime
// of Go would ignore the signal from then on, also after signal.Reset. The kernel does not
// stop a job that no shell could continue, see setpgid(2): then Stop returns soon.
func Stop() {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	if unix.Kill(0, unix.SIGTSTP) != nil {
		return
	}
	// The stop comes a moment after kill(2). The timer runs on meanwhile.
	select {
	case <-continued:
	case <-time.After(200 * time.Millisecond):
	}
}
