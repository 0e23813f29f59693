package supervisor

import (
	"context"
	"reflect"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// unit is what the loop knows of a service.
type unit struct {
	*servicedef.Service
	id   servicelock.Identity
	path *byte // of the pid file, for system calls; nil: the state does not follow from it
	gone bool  // a reload has removed or replaced it

	fd      int     // the pidfd of the watched process, -1: none
	session session // of a daemon, at the last look
	acts    bool    // an order is being carried out
	looks   bool    // a look is being taken
	again   bool    // another look is needed afterwards: a process has exited
	asked   bool    // the policy waits for an answer

	known bool // a look has shown what follows
	fresh bool // just now
	seen  supervision.State
	held  bool // by hand
	wrong bool // it is not the expected state
	text  string
	at    time.Time

	noted bool // it has a note
	note  servicelock.Note
}

func (s *supervisor) newUnit(service *servicedef.Service) *unit {
	u := &unit{Service: service, fd: -1}
	if s.Identify != nil {
		u.id = s.Identify(service)
	}
	if s.Daemons && service.Kind() == servicedef.ByDaemon {
		u.path = pathBytes(service.Daemon)
	}
	s.withdraw(u) // the note of the supervisor before
	return u
}

func (s *supervisor) withdraw(u *unit) {
	if s.Locks == nil || u.id == "" {
		return
	}
	if err := s.Locks.Withdraw(u.id); err != nil {
		s.Log.Warn("%s: %v", u.Path, err)
	}
}

// adopt makes the units of the services of a configuration. A service that has not
// changed keeps its unit.
func (s *supervisor) adopt(ctx context.Context, entries []*servicedef.Entry) {
	old := make(map[string]*unit)
	for _, u := range s.units {
		old[u.Path] = u
	}
	s.units = make(map[*servicedef.Service]*unit)
	for _, service := range servicesOf(entries) {
		u := s.newUnit(service)
		if before := old[service.Path]; before != nil {
			if same(before.Service, service) {
				u, u.Service = before, service
			} else {
				u.asked, u.held = before.asked, before.held
			}
			if u == before {
				delete(old, service.Path)
			}
		}
		s.units[service] = u
	}
	for _, u := range old {
		u.gone = true
		s.unwatch(u)
		if u.noted {
			s.withdraw(u)
		}
	}
	for _, u := range s.units {
		if (u.asked || u.held && !u.known) && !u.looks && !u.acts {
			s.lookAt(ctx, u, regular)
		}
	}
}

// same reports whether two definitions of a service mean the same.
func same(a, b *servicedef.Service) bool {
	x, y := *a, *b
	x.Pos, y.Pos = configgeneral.Pos{}, configgeneral.Pos{}
	x.After, y.After = nil, nil
	if x.Pattern != nil && y.Pattern != nil && x.Pattern.String() == y.Pattern.String() {
		x.Pattern, y.Pattern = nil, nil
	}
	return reflect.DeepEqual(x, y)
}

// servicesOf returns the services in the order of the configuration.
func servicesOf(entries []*servicedef.Entry) []*servicedef.Service {
	return (&servicedef.Entry{Children: entries}).Services()
}

// ask answers a question of the policy for the state of a service: at once where it is
// known, otherwise after a look.
func (s *supervisor) ask(ctx context.Context, u *unit, now time.Time) {
	u.asked = true
	switch {
	case u.looks || u.acts: // the answer follows
	case u.knows(now):
		s.answer(ctx, u)
	default:
		s.lookAt(ctx, u, regular)
	}
}

// answer reports the state to the policy, as the answer to its question if it has asked.
func (s *supervisor) answer(ctx context.Context, u *unit) {
	if u.asked {
		u.asked = false
		s.execute(ctx, s.tree.Answered(time.Now(), u.Service, u.seen))
		return
	}
	s.execute(ctx, s.tree.Seen(time.Now(), u.Service, u.seen))
}

// lookAt takes a look at a service, outside of the loop, after it has called the functions
// there.
func (s *supervisor) lookAt(ctx context.Context, u *unit, how urgency, first ...func()) {
	u.looks, u.again = true, false
	services := s.Services // of this configuration, whatever is reloaded meanwhile
	s.slots.carryOut(how, func() func() {
		for _, f := range first {
			f()
		}
		got := s.look(ctx, services, u)
		return func() {
			u.looks = false
			fine := !u.at.IsZero() && (!u.wrong || u.held) // a held service is as its user wants
			s.take(ctx, u, got)
			if !u.gone {
				if fine && u.wrong && !u.held && u.seen != supervision.Recovering {
					s.Log.Info("%s: %s, not expected", u.Path, u.text)
				}
				s.answer(ctx, u)
				s.lookAgain(ctx, u)
				s.note(u)
			}
		}
	})
}

func (s *supervisor) lookAgain(ctx context.Context, u *unit) {
	if u.again && !u.looks && !u.acts {
		s.lookAt(ctx, u, urgent)
	}
}

// take stores the result of a look, and watches the process.
func (s *supervisor) take(ctx context.Context, u *unit, got observation) {
	if u.gone {
		if got.fd >= 0 {
			closeFD(got.fd)
		}
		return
	}
	s.watch(u, got.fd)
	u.session = sessionOf(got.status)
	u.known, u.at, u.text = true, time.Now(), got.status.Detail
	u.seen, u.wrong = stateOf(u.Service, got.status), !control.AsExpected(u.Service, got.status.Code)
	if got.held {
		u.text = got.hold.String()
	}
	if u.held == got.held {
		return
	}
	if u.held = got.held; u.held {
		s.Log.Info("%s: left alone: %s", u.Path, got.hold)
	}
	s.watchHolds()
	s.execute(ctx, s.tree.Hold(u.at, u.Service, u.held))
}

// watch watches a process of the service, instead of the process that it watched before.
func (s *supervisor) watch(u *unit, fd int) {
	s.unwatch(u)
	if fd < 0 {
		return
	}
	if len(s.watched) >= s.mostWatched {
		closeFD(fd)
		if !s.unwatched {
			s.unwatched = true
			s.Log.Warn("of %d services only %d are watched, the others are looked at in each cycle: the limit of open files is too low (ulimit -Hn)", len(s.units), s.mostWatched)
		}
		return
	}
	if err := s.watcher.add(fd); err != nil {
		closeFD(fd)
		return
	}
	u.fd = fd
	s.watched[fd] = u
}

func (s *supervisor) unwatch(u *unit) {
	if u.fd >= 0 {
		delete(s.watched, u.fd)
		s.watcher.remove(u.fd)
		u.fd = -1
	}
}

// exited takes a look at the services whose watched processes have exited.
func (s *supervisor) exited(ctx context.Context, fds []int) {
	if len(fds) > 0 {
		s.Services.Expire() // the process table that was read last still has them
	}
	for _, fd := range fds {
		if fd == s.holds {
			clear(fd)
			s.lookAtHeld(ctx)
			continue
		}
		u := s.watched[fd]
		if u == nil {
			continue
		}
		delete(s.watched, fd)
		s.watcher.forget(fd)
		u.fd, u.known, u.again = -1, false, true
		session := u.session
		reap := func() { session.reap(fd); closeFD(fd) }
		if u.looks || u.acts { // another look follows
			reap()
		} else {
			s.lookAt(ctx, u, urgent, reap)
		}
	}
}
