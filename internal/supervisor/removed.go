package supervisor

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/printable"
)

// The policy forgets a service that a reload has removed, but it may still run if its stop
// has failed. The supervisor tries to stop it again in each cycle and at its end, by the
// definition that it had, until it is stopped or defined again.

// stopLater notes that the stop of a service that is gone has failed.
func (s *supervisor) stopLater(u *unit) {
	if s.defines(u) { // the policy repairs it by its new definition
		return
	}
	s.removed = append(s.removed, u)
	s.Log.Warn("%s: a reload has removed it, and its stop has failed: each cycle retries it", u.Path)
}

// defines reports whether the configuration has the service of a unit, perhaps in another
// definition.
func (s *supervisor) defines(u *unit) bool {
	for _, other := range s.units {
		if other.id == u.id && (u.id != "" || other.Path == u.Path) {
			return true
		}
	}
	return false
}

// stopRemoved tries again to stop the services that are gone.
func (s *supervisor) stopRemoved(ctx context.Context) {
	s.removed = slices.DeleteFunc(s.removed, s.defines)
	for _, u := range s.removed {
		if u.acts {
			continue
		}
		u.acts = true
		s.acting++
		services := s.Services
		s.slots.carryOut(regular, func() func() {
			outcome, err := s.perform(ctx, services, u, supervision.Order{Service: u.Service, Op: supervision.Stop})
			return func() {
				s.acting--
				u.acts = false
				s.report(u, outcome, err)
				if err == nil || errors.Is(err, errHeld) {
					s.removed = slices.DeleteFunc(s.removed, func(other *unit) bool { return other == u })
				}
			}
		})
	}
}

// unstopped returns the services that are gone and not stopped, for people.
func (s *supervisor) unstopped() string {
	var names []string
	for _, u := range s.removed {
		names = append(names, printable.Excerpt(u.Path, longestText))
	}
	slices.Sort(names)
	if len(names) > mostNamed {
		names = append(names[:mostNamed], "...")
	}
	return strings.Join(names, ", ")
}
