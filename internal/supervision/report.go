package supervision

import (
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// Seen reports a state that was noticed without an order. A state that is noticed
// during an order counts if it contradicts the result of the order.
func (t *Tree) Seen(now time.Time, s *servicedef.Service, state State) []Order {
	n := t.services[s.Path]
	if n == nil {
		return nil
	}
	if n.order != "" {
		n.noticed = state
	}
	if n.order == "" || n.order == Ask {
		n.state, n.seen, n.fresh = state, now, false
		t.touch(n)
	}
	return t.run(now)
}

// Answered reports the state that was found by an order Ask.
func (t *Tree) Answered(now time.Time, s *servicedef.Service, state State) []Order {
	n := t.services[s.Path]
	if n == nil || n.order != Ask {
		return nil
	}
	t.answered(n)
	if n.noticed == "" { // what was noticed since is newer
		n.state, n.seen = state, now
	}
	n.noticed = ""
	t.touch(n)
	return t.run(now)
}

// Done reports that an order Start, Stop or Restart was executed.
func (t *Tree) Done(now time.Time, s *servicedef.Service, err error) []Order {
	n := t.services[s.Path]
	if n == nil || n.order == "" || n.order == Ask {
		return nil
	}
	op := n.order
	t.answered(n)
	n.state, n.seen = Running, now
	if op == Stop {
		n.state = Stopped
	}
	if op == Stop && err == nil {
		n.applied = n.service
	}
	if err != nil || n.noticed != "" && n.noticed != n.state {
		n.state = unseen // to be asked
	}
	n.noticed = ""
	t.finish(now, n.steps[0], err != nil)
	return t.run(now)
}

// answered removes the order of a service.
func (t *Tree) answered(n *node) {
	n.order = ""
	t.active--
}
