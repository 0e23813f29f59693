package supervisor

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// The requests in the pid file. simplevisor has all but the last.
const (
	Quit           = pidfile.Quit      // stop all services, and end
	StopSupervisor = "stop_supervisor" // end, and leave the services as they are
	StopChildren   = "stop_children"   // stop all services; the next cycle starts them again
	WakeUp         = "wake_up"         // begin the next cycle now
	RestartChild   = "restart_child"   // with a path: restart this entry
	Reload         = "reload"          // read the configuration again
)

// listen posts requests and signals to the loop.
func (s *supervisor) listen(ctx context.Context) {
	// A signal for a full channel is lost, so many SIGCHLD must not take the place of a TERM.
	signals, children := make(chan os.Signal, 16), make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP)
	signal.Notify(children, syscall.SIGCHLD)
	go func() {
		defer signal.Stop(signals)
		defer signal.Stop(children)
		for {
			select {
			case got := <-signals:
				s.inbox.post(func() { s.signalled(ctx, got) })
			case <-children:
				s.inbox.post(func() { s.orphans.exited(time.Now()) })
			case <-ctx.Done():
				return
			}
		}
	}()
	if s.pidfile == nil {
		return
	}
	events := s.pidfile.Keep(ctx)
	go func() {
		for e := range events {
			s.inbox.post(func() { s.handle(ctx, e) })
		}
	}()
}

func (s *supervisor) signalled(ctx context.Context, got os.Signal) {
	switch got {
	case syscall.SIGHUP:
		s.Log.Info("asked to %s by signal HUP", Reload)
		s.reload(ctx)
	default:
		s.Log.Info("asked to %s by signal %s", Quit, proctree.SignalName(got.(syscall.Signal)))
		s.quit(ctx)
	}
}

// handle handles a request, or an error, of the pid file.
func (s *supervisor) handle(ctx context.Context, e pidfile.Event) {
	switch {
	case errors.Is(e.Err, pidfile.ErrHeld):
		s.Log.Error("another supervisor has taken the pid file: %v", e.Err)
		s.leave(e.Err)
	case e.Err != nil:
		s.Log.Warn("%v", e.Err)
	case e.Request != "":
		s.Log.Info("asked to %s", e.Request)
		s.obey(ctx, e.Request)
	}
}

func (s *supervisor) obey(ctx context.Context, request string) {
	word, path, _ := strings.Cut(request, " ")
	now := time.Now()
	switch {
	case request == Quit:
		s.quit(ctx)
	case request == StopSupervisor:
		s.leave(nil)
	case s.stopping:
		s.Log.Warn("the supervisor is ending, and ignores the request %q", request)
	case request == StopChildren:
		s.execute(ctx, s.tree.StopChildren(now))
	case request == WakeUp:
		s.cycle.begin(now)
		s.beginCycle(ctx)
		s.execute(ctx, s.tree.Wake(now))
	case request == Reload:
		s.reload(ctx)
	case word == RestartChild:
		orders, err := s.tree.RestartChild(now, path)
		if err != nil {
			s.Log.Warn("cannot restart %q: %v", path, err)
		}
		s.execute(ctx, orders)
	default:
		s.Log.Warn("unknown action: %s", request)
	}
}
