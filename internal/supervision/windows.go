package supervision

import "time"

// Windows returns the last cycles of each group, by its path. The path of the implied
// root is empty. It is what a supervisor remembers over its own restart.
func (t *Tree) Windows() map[string][]Cycle {
	windows := make(map[string][]Cycle)
	t.root.eachGroup(func(n *node) { windows[n.path] = append([]Cycle(nil), n.cycles...) })
	return windows
}

// SetWindows sets the last cycles of the groups, before Start.
func (t *Tree) SetWindows(windows map[string][]Cycle) {
	t.root.eachGroup(func(n *node) {
		n.cycles = append([]Cycle(nil), windows[n.path]...)
		n.trim()
	})
}

// Status describes a service or a group.
type Status struct {
	State    State // of a service; "" if it is not known
	Order    Op    // of a service: the order that is executed now
	Held     bool
	Attempts int       // repairs since it was last as expected for an interval
	Next     time.Time // of the next attempt; zero if none is planned
	GaveUp   time.Time // when its group, or one above it, failed; zero if none has
	Adjusted int       // of a group: how many of the last cycles were adjusted
}

// Status returns the status of the service or group with a path.
func (t *Tree) Status(now time.Time, path string) (Status, error) {
	n, err := t.find(path)
	if err != nil {
		return Status{}, err
	}
	s := Status{State: n.state, Order: n.order, Held: n.held, Attempts: n.attempts, Adjusted: n.adjustments()}
	if n.recovered(now, t.options.Interval) {
		s.Attempts = 0
	}
	if n.next.After(now) && !n.held && (n.wrong() || n.service != nil && n.state == unseen) {
		s.Next = n.next
	}
	if t.gaveUp != nil {
		s.GaveUp = t.gaveUp.At
	}
	for g := n; g != nil && s.GaveUp.IsZero(); g = g.parent {
		if g.failed {
			s.GaveUp = g.failedAt
		}
	}
	return s, nil
}
