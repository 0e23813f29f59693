package instance

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// catchSignals installs the signal handlers. It is called before the program exists, so
// that no signal can kill svloop and orphan the program. The handlers stay installed,
// because a late signal would otherwise replace the exit status.
func catchSignals(daemon bool) <-chan os.Signal {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	if !daemon {
		// With a handler for SIGPIPE, a write to a broken pipe returns an error. Without one,
		// the Go runtime kills svloop if the pipe is standard error. execve(2) resets the
		// handler for the program.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
	return signals
}

// handleSignals handles signals until the process exits.
func (in *instance) handleSignals(signals <-chan os.Signal) {
	for s := range signals {
		switch s {
		case syscall.SIGHUP:
			in.log.Reopen()
			if streams := in.streams.Load(); streams != nil {
				streams.Reopen()
			}
		case syscall.SIGUSR1, syscall.SIGUSR2:
			if err := in.tree.signal(s.(syscall.Signal)); err != nil {
				in.log.Warn("cannot forward signal %s: %v", proctree.SignalName(s.(syscall.Signal)), err)
			}
		default:
			in.stop(asked{fmt.Sprintf("asked to quit by signal %s", proctree.SignalName(s.(syscall.Signal)))})
		}
	}
}

// handleRequests handles requests in the pid file, and a claim by another instance.
func (in *instance) handleRequests(events <-chan pidfile.Event) {
	for e := range events {
		switch {
		case errors.Is(e.Err, pidfile.ErrHeld):
			in.log.Err("quitting, because another instance has claimed the pid file: %v", e.Err)
			in.stop(e.Err)
		case e.Err != nil:
			in.log.Warn("%v", e.Err)
		case e.Request == pidfile.Quit:
			in.stop(askedByFile)
		default:
			in.log.Warn("the pid file contains an unknown request: %q", e.Request)
		}
	}
}
