package supervisor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// loop supervises until a request, a signal or the failure of the root ends it.
func (s *supervisor) loop(ctx context.Context) error {
	s.Log.Info("started")
	s.publish()
	s.cycle.begin(time.Now())
	s.rest.happened(time.Now())
	s.execute(ctx, s.tree.Start(time.Now()))
	for {
		s.settle()
		if over, err := s.over(); over {
			return s.conclude(err)
		}
		exited, err := s.watcher.wait(s.due())
		if err != nil {
			return fmt.Errorf("cannot wait for events: %w", err)
		}
		for _, f := range s.inbox.take() {
			f()
		}
		s.exited(ctx, exited)
		s.tick(ctx, time.Now())
	}
}

// due returns when the loop has to do something, if nothing happens before.
func (s *supervisor) due() time.Time {
	due := s.tree.Deadline()
	for _, other := range []time.Time{s.orphans.due, s.rest.due, s.touchDue()} {
		if !other.IsZero() && (due.IsZero() || other.Before(due)) {
			due = other
		}
	}
	return due
}

// The time between two touches of the pid file.
const (
	touchInterval = 30 * time.Second
	longestTouch  = 45 * time.Second // if the cycle begins then, which saves a wakeup
)

// touchDue returns when the pid file has to be touched, zero if there is none.
func (s *supervisor) touchDue() time.Time {
	if s.pidfile == nil {
		return time.Time{}
	}
	next := s.touched.Add(touchInterval)
	if d := s.tree.Deadline(); d.After(next) && d.Sub(s.touched) <= longestTouch {
		return d
	}
	return next
}

// tick does what is due.
func (s *supervisor) tick(ctx context.Context, now time.Time) {
	if at := s.touchDue(); !at.IsZero() && !now.Before(at) {
		s.touched = now
		s.staySole()          // makes the directory of the pid file again, if it is that of the locks
		_ = s.pidfile.Touch() // a failure is visible as an old timestamp
	}
	s.orphans.look(now)
	if s.slots.running > 0 {
		s.rest.happened(now)
	}
	s.rest.look(now)
	if due := s.tree.Deadline(); due.IsZero() || now.Before(due) {
		return
	}
	s.Services.Expire()
	if !now.Before(s.cycle.began.Add(s.Interval)) {
		s.cycle.begin(now)
		s.rest.cycle(now)
		s.beginCycle(ctx)
	}
	s.execute(ctx, s.tree.Tick(now))
}

// beginCycle does what each cycle does besides the questions of the policy.
func (s *supervisor) beginCycle(ctx context.Context) {
	s.staySole()
	s.lookAtHeld(ctx)
	s.stopRemoved(ctx)
}

// watchHolds watches the directory of holds while a service is held, so that the
// supervisor learns at once that it is not held any more. Without that it learns it in the
// next cycle.
func (s *supervisor) watchHolds() {
	any := false
	for _, u := range s.units {
		any = any || u.held
	}
	switch {
	case any && s.holds < 0 && s.Locks != nil:
		s.holds, _ = s.watcher.watchRemovals(s.Locks.Name())
	case !any && s.holds >= 0:
		s.watcher.remove(s.holds)
		s.holds = -1
	}
}

// lookAtHeld looks at the services that were held by hand, about which the policy does
// not ask.
func (s *supervisor) lookAtHeld(ctx context.Context) {
	for _, u := range s.units {
		if u.held && !u.looks && !u.acts {
			s.lookAt(ctx, u, regular)
		}
	}
}

// forgetHolds has the policy stop the services that are no longer held by hand. A look that
// would report that may not be complete yet.
func (s *supervisor) forgetHolds(ctx context.Context) {
	for _, u := range s.units {
		if !u.held || s.Locks == nil {
			continue
		}
		if hold, held := s.Locks.Held(u.id); held && hold.Against(u.Expected) {
			continue
		}
		u.held, u.known = false, false
		s.execute(ctx, s.tree.Hold(time.Now(), u.Service, false))
	}
}

// over reports whether the supervisor has to end now, and why.
func (s *supervisor) over() (bool, error) {
	over, err := s.tree.Over()
	switch {
	case over && err != nil: // in the only cycle, perhaps
		s.Log.Error("%v", err)
		s.Log.Error("%v", ErrGaveUp)
		return true, fmt.Errorf("%w: %w", ErrGaveUp, err)
	case s.leaving:
		return s.acting == 0, s.why
	}
	return over && s.acting == 0, s.why
}

// quit begins the orderly end: all services are stopped.
func (s *supervisor) quit(ctx context.Context) {
	if s.stopping || s.leaving {
		return
	}
	s.stopping = true
	s.stopStarts(errStopping)
	s.Log.Info("stopping all the children")
	s.forgetHolds(ctx)
	s.stopRemoved(ctx)
	s.execute(ctx, s.tree.Stop(time.Now()))
}

// leave ends the supervisor, and leaves the services as they are.
func (s *supervisor) leave(why error) {
	if !s.leaving {
		s.leaving, s.why = true, why
	}
}

func (s *supervisor) conclude(err error) error {
	s.Log.Info("stopping")
	s.saveStore()
	s.Log.Info("stopped")
	return err
}

var errStopping = errors.New("the supervisor is ending")
