package supervisor

import (
	"time"

	"github.com/svloop/svloop/internal/servicelock"
)

// note publishes what is being done about a service that is not as expected, for
// svctl status and svctl check.
func (s *supervisor) note(u *unit) {
	if s.Locks == nil || u.gone {
		return
	}
	n, noted := s.noteOf(u, time.Now())
	if noted == u.noted && n == u.note {
		return
	}
	var err error
	if noted {
		err = s.Locks.Publish(u.id, n)
	} else {
		err = s.Locks.Withdraw(u.id)
	}
	if err != nil && !s.unnoted {
		s.unnoted = true // the same happens for every service
		s.Log.Warn("%v", err)
	}
	u.noted, u.note = noted, n
}

// noteOf returns the note of a service, and whether there is something to say.
func (s *supervisor) noteOf(u *unit, now time.Time) (n servicelock.Note, noted bool) {
	status, err := s.tree.Status(now, u.Path)
	switch {
	case err != nil || u.held || s.stopping || s.leaving:
		return n, false
	case !status.GaveUp.IsZero():
		return servicelock.Note{GaveUp: status.GaveUp}, true
	case !status.Next.IsZero():
		return servicelock.Note{Attempt: status.Attempts + 1, Next: status.Next}, true
	case status.Attempts > 0 && (status.Order != "" || u.wrong):
		return servicelock.Note{Attempt: status.Attempts}, true
	}
	return n, false
}
