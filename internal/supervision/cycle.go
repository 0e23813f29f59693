package supervision

import "time"

// Cycle is one cycle of a group.
type Cycle struct {
	End      time.Time
	Adjusted bool // whether the group needed a repair since the cycle before
}

// inCycle reports whether a group is in a cycle.
func (n *node) inCycle() bool { return n.due != nil }

// never is the time of a cycle that follows one that has not ended.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// nextInTurn begins a cycle that is due or asked for. With EachCycle it waits until the
// cycle before has ended.
func (t *Tree) nextInTurn(now time.Time) {
	if t.options.EachCycle && (!t.cycling || t.root.inCycle()) {
		t.again = t.cycling
		return
	}
	t.cycle(now)
}

// cycle begins a cycle of the whole tree: nothing is postponed any more.
func (t *Tree) cycle(now time.Time) {
	if t.ending {
		return
	}
	t.cycling = true
	t.nextCycle = now.Add(t.options.Interval)
	if t.options.EachCycle {
		t.nextCycle = never // until this one has ended
	}
	t.retries = nil
	t.beginCycle(now, t.root)
}

// ask asks a service for its state, unless it has an order or is held.
func (t *Tree) ask(now time.Time, n *node) {
	if !n.busy() && !n.held {
		n.look = now.Add(n.service.Interval)
		t.send(n, Ask)
	}
}

// askOften asks the services that have an interval of their own, if it is over.
func (t *Tree) askOften(now time.Time) {
	t.root.each(func(n *node) {
		if n.service.Interval > 0 && !now.Before(n.look) {
			n.look = now.Add(n.service.Interval)
			t.ask(now, n)
		}
	})
}

// beginCycle asks the services of a group, except those with an interval of their own
// that is not over. In a dependent group, the groups below wait for their turn, because
// a repair of a child before them would restart them too. A group that is still in its
// last cycle goes on with that.
func (t *Tree) beginCycle(now time.Time, group *node) {
	if group.failed {
		return
	}
	due := make(map[*node]bool)
	for _, n := range group.children {
		t.tryNow(n)
		if n.group != nil {
			n.awaited = group.dependent()
			if !n.awaited {
				t.beginCycle(now, n)
			}
		} else if own := n.service.Interval > 0; !own || !now.Before(n.look) || n.state == unseen {
			t.ask(now, n)
		}
		due[n] = true
		t.touch(n)
	}
	if group.due == nil {
		group.due = due
	}
}

// settle reports to the group that its cycle need not wait for these children.
func (t *Tree) settle(now time.Time, children ...*node) {
	group := children[0].parent
	if !group.inCycle() {
		return
	}
	for _, n := range children {
		n.awaited = false
		delete(group.due, n)
	}
	if len(group.due) == 0 {
		t.endCycle(now, group)
	}
}

// endCycle remembers the cycle of a group. The group fails if it was adjusted in more
// than Adjustments of the last Window cycles.
func (t *Tree) endCycle(now time.Time, group *node) {
	adjusted := group.adjusted
	group.due, group.adjusted = nil, false
	group.cycles = append(group.cycles, Cycle{End: now, Adjusted: adjusted})
	group.trim()
	if group.parent == nil {
		t.endRootCycle(now)
	}
	if adjusted && group.adjustments() > group.group.Adjustments {
		t.fail(now, group)
		return
	}
	t.touch(group)
}

// idleInCycle reports whether nothing is in progress in a cycle of the whole tree: what
// is still wrong was postponed to the next cycle. Without EachCycle that begins in time.
func (t *Tree) idleInCycle() bool {
	return t.options.EachCycle && !t.ending && t.root.inCycle() && len(t.root.children) > 0 &&
		t.active == 0 && len(t.waiting)+len(t.orders) == 0
}

// endRootCycle counts a cycle of the whole tree. With EachCycle the interval begins now.
func (t *Tree) endRootCycle(now time.Time) {
	t.cycles++
	if !t.options.EachCycle {
		return
	}
	t.nextCycle = now
	if !t.again {
		t.nextCycle = now.Add(t.options.Interval)
	}
	t.again = false
}

// trim keeps the last cycles.
func (n *node) trim() {
	if extra := len(n.cycles) - n.group.Window; extra > 0 {
		n.cycles = n.cycles[extra:]
	}
}

// adjustments returns how many of the last cycles were adjusted.
func (n *node) adjustments() int {
	count := 0
	for _, c := range n.cycles {
		if c.Adjusted {
			count++
		}
	}
	return count
}

// fail stops the children of a group. Then the group above starts it again; without
// one, the tree is over.
func (t *Tree) fail(now time.Time, group *node) {
	failure := &GaveUpError{Path: group.path, Adjusted: group.adjustments(),
		Window: group.group.Window, Adjustments: group.group.Adjustments, At: now}
	if group.parent == nil {
		t.gaveUp = failure
		t.stopAll()
		return
	}
	t.failures = append(t.failures, failure)
	group.failed, group.failedAt = true, now
	group.eachGroup(func(n *node) { n.due, n.awaited, n.adjusted = nil, false, false })
	t.cancel(group)
	j := t.newJob(group)
	j.thorough = true
	j.stop(group, nil)
	j.end = func(time.Time) { t.touch(group) }
	t.begin(j)
}

// Stop ends the supervision: it stops all services in reverse order. The tree is over
// when the last order has been executed.
func (t *Tree) Stop(now time.Time) []Order {
	if !t.ending {
		t.stopAll()
	}
	return t.run(now)
}

func (t *Tree) stopAll() {
	t.ending = true
	t.cancel(t.root)
	j := t.newJob(t.root)
	j.thorough = true
	j.stop(t.root, nil)
	t.begin(j)
}
