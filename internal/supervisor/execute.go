package supervisor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// execute begins orders of the policy.
func (s *supervisor) execute(ctx context.Context, orders []supervision.Order) {
	now := time.Now()
	for _, o := range orders {
		u := s.units[o.Service]
		if u == nil { // the definition before a reload
			u = s.newUnit(o.Service)
			u.gone = true
		}
		if o.Op == supervision.Ask {
			s.ask(ctx, u, now)
		} else {
			s.act(ctx, u, o)
		}
	}
}

// act carries out an order, and takes a look afterwards.
func (s *supervisor) act(ctx context.Context, u *unit, o supervision.Order) {
	if len(o.Despite) > 0 {
		s.Log.Warn("%s: started although %s failed to start", u.Path, strings.Join(o.Despite, ", "))
	}
	u.acts, u.again = true, false
	s.acting++
	s.note(u)
	services := s.Services // of this configuration, whatever is reloaded meanwhile
	s.slots.carryOut(urgent, func() func() {
		outcome, err := s.perform(ctx, services, u, o)
		got := s.lookAfter(ctx, services, u, o, err)
		return func() {
			s.acting--
			u.acts = false
			s.report(u, outcome, err)
			s.take(ctx, u, got)
			if errors.Is(err, errHeld) {
				err = nil // the policy knows
			}
			if err != nil && u.gone && o.Op == supervision.Stop {
				s.stopLater(u)
			}
			u.fresh = true
			s.execute(ctx, s.tree.Done(time.Now(), o.Service, err))
			u.fresh = false
			if !u.acts && !u.looks && !u.gone { // no other order has followed
				s.answer(ctx, u)
				s.lookAgain(ctx, u)
			}
			s.note(u)
		}
	})
}

// errHeld is the error of an order for a service that is held by hand.
var errHeld = errors.New("held by hand")

// perform carries out an order while no other process acts on the service. It is called
// outside of the loop.
func (s *supervisor) perform(ctx context.Context, services Services, u *unit, o supervision.Order) (outcome control.Outcome, err error) {
	starts := s.starts
	if s.Locks != nil {
		locked, release, err := s.Locks.LockContext(ctx, u.id, u.Timeout)
		if err != nil {
			return outcome, fmt.Errorf("cannot %s: %w", o.Op, err)
		}
		defer release()
		ctx, starts = locked, runner.KeepAs(starts, locked)
		if hold, held := s.Locks.Held(u.id); held && hold.Against(u.Expected) {
			return control.Outcome{Text: hold.String()}, errHeld
		}
	}
	switch o.Op {
	case supervision.Stop:
		outcome = services.Stop(ctx, u.Service)
	case supervision.Start:
		outcome = services.Start(starts, u.Service)
	case supervision.Restart:
		outcome = services.Restart(starts, u.Service)
	}
	if outcome.Code != lsb.Done {
		err = errors.New(outcome.Text)
	}
	return outcome, err
}

// lookAfter finds the state after an order. If the order succeeded, it is known, and a
// look is needed only to find a process to watch.
func (s *supervisor) lookAfter(ctx context.Context, services Services, u *unit, o supervision.Order, err error) observation {
	switch {
	case err != nil:
		return s.look(ctx, services, u)
	case o.Op == supervision.Stop:
		return observation{status: statusOf(lsb.NotRunning), fd: -1}
	case u.Kind() == servicedef.ByDaemon, u.InTable():
		return s.look(ctx, services, u)
	}
	return observation{status: statusOf(lsb.Running), fd: -1}
}

func statusOf(code lsb.Status) control.Status {
	return control.Status{Code: code, State: pidfile.StateOf(code), Detail: control.Describe(code)}
}

// report logs how an order went.
func (s *supervisor) report(u *unit, outcome control.Outcome, err error) {
	if !u.gone { // a cycle counts the services of the configuration
		s.cycle.acted(u, outcome, err)
	}
	switch {
	case errors.Is(err, errHeld): // the look afterwards reports it
	case err != nil:
		reason, _, _ := strings.Cut(err.Error(), "\n")
		s.Log.Warn("%s: %s", u.Path, reason)
	case outcome.Changed:
		s.Log.Info("%s: %s", u.Path, outcome.Headline())
	default:
		s.Log.Debug("%s: %s", u.Path, outcome.Headline())
	}
}
