package supervisor

import (
	"errors"
	"time"

	"github.com/svloop/svloop/internal/control"
)

// cycle counts what happened since the last cycle of the root ended.
type cycle struct {
	number int             // of cycles that have ended
	began  time.Time       // the last one
	open   time.Time       // when the oldest one began that has not ended, zero: none
	ended  time.Time       // the last one
	failed map[string]bool // by the path of each service that was acted on: whether that failed

	repairs, failures int // since the supervisor started
}

// begin notes that a cycle begins. The one before may not have ended.
func (c *cycle) begin(now time.Time) {
	c.began = now
	if c.open.IsZero() {
		c.open = now
	}
}

// took returns how long the cycle took that ends now.
func (c *cycle) took(now time.Time) time.Duration {
	if c.open.IsZero() { // it has waited for the end of the one before
		return now.Sub(c.began)
	}
	return now.Sub(c.open)
}

// acted counts an action on a service.
func (c *cycle) acted(u *unit, outcome control.Outcome, err error) {
	if errors.Is(err, errHeld) || err == nil && !outcome.Changed {
		return
	}
	if c.failed == nil {
		c.failed = make(map[string]bool)
	}
	c.failed[u.Path] = err != nil
	if err != nil {
		c.failures++
	} else {
		c.repairs++
	}
}

// settle does what follows each turn of the loop.
func (s *supervisor) settle() {
	for _, failure := range s.tree.Failures() {
		s.Log.Error("%v: the group above starts it again", failure)
	}
	if n := s.tree.Cycles(); n != s.cycle.number {
		s.cycle.number = n
		s.endCycle()
		s.publish() // before the caller of a daemon returns
		if n == 1 && s.Ready != nil {
			if err := s.Ready(s.notAsExpected()); err != nil {
				s.leave(err)
			}
		}
		if s.Once {
			s.leave(nil)
		}
	}
	s.publish()
}

func (s *supervisor) endCycle() {
	adjusted, failed := 0, 0
	for _, f := range s.cycle.failed {
		if f {
			failed++
		} else {
			adjusted++
		}
	}
	s.Log.Info("supervision cycle executed successfully in %.3fs: %d services OK, %d services needed adjustment, %d services failed adjustment",
		s.cycle.took(time.Now()).Seconds(), len(s.units)-adjusted-failed, adjusted, failed)
	s.cycle.failed, s.cycle.open, s.cycle.ended = nil, time.Time{}, time.Now()
	s.saveStore()
}

// notAsExpected lists the services that are not in their expected state, and in which
// they are.
func (s *supervisor) notAsExpected() (wrong []string) {
	for _, service := range servicesOf(s.Entries) {
		if u := s.units[service]; u != nil && u.known && u.wrong {
			wrong = append(wrong, service.Path+": "+u.text)
		}
	}
	return wrong
}
