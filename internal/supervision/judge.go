package supervision

import (
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// judge decides what a node needs after something has changed.
func (t *Tree) judge(now time.Time, n *node) {
	group := n.parent
	switch {
	case n.gone:
		t.forget(n)
	case t.ending || group == nil || group.abandoned():
	case t.blocked(now, group):
	case group.dependent():
		t.judgeInOrder(now, group)
	default:
		t.judgeAlone(now, n)
	}
}

// blocked reports whether nothing is decided below a group: a dependent group above is
// started or stopped, or a child before it there is busy or not as expected. The children
// are judged when the turn comes to the group.
func (t *Tree) blocked(now time.Time, group *node) bool {
	for n := group; n.parent != nil; n = n.parent {
		if !n.parent.dependent() {
			continue
		}
		before := n.parent.children[:slices.Index(n.parent.children, n)]
		if n.parent.working > 0 || slices.ContainsFunc(before, func(b *node) bool { return b.busy() || b.wrong() || b.postponed(now) }) {
			n.blocking = true
			return true
		}
	}
	return false
}

// judgeAlone judges a child of a group one_for_one.
func (t *Tree) judgeAlone(now time.Time, n *node) {
	switch verdict := t.assess(now, n); verdict {
	case busy:
	case wrong:
		t.repair(now, n)
	default:
		t.settle(now, n)
	}
}

// judgeInOrder judges the children of a dependent group, one after the other. Nothing
// is decided while all of it are started or stopped, nor while an earlier child is busy.
func (t *Tree) judgeInOrder(now time.Time, group *node) {
	if group.working > 0 {
		return
	}
	for i, n := range group.children {
		if group.failed { // at the end of its cycle
			return
		}
		if n.awaited {
			n.awaited = false
			t.beginCycle(now, n)
		}
		switch t.assess(now, n) {
		case busy:
			return
		case wrong:
			if group.inCycle() || !t.askEarlier(now, group.children[:i], n) {
				t.repairInOrder(now, group, i)
			}
			return
		case postponed: // the cycle ends here, as in simplevisor
			t.settle(now, group.children[i:]...)
			return
		}
		if n.blocking {
			n.blocking = false
			n.eachNode(t.touch)
		}
		t.settle(now, n)
	}
}

// verdict is the result of a look at what is known of a child.
type verdict string

const (
	fine      verdict = "fine"      // as expected, or nothing can be done
	busy      verdict = "busy"      // it is touched when it can be judged
	wrong     verdict = "wrong"     // it is to be repaired now
	postponed verdict = "postponed" // it is to be asked or repaired later
)

// assess returns the verdict on a child. A service whose state is not known is asked.
func (t *Tree) assess(now time.Time, n *node) verdict {
	isWrong := n.wrong()
	switch {
	case n.busy():
		return busy
	case n.postponed(now):
		return postponed
	case n.fresh && !t.cycling && !n.held:
		return busy // the first cycle asks it
	case n.service != nil && n.state == unseen && !n.held:
		t.ask(now, n)
		return busy
	case !isWrong && n.fine.IsZero():
		n.fine = now
		return fine
	case !isWrong:
		return fine
	}
	if n.recovered(now, t.options.Interval) {
		n.attempts = 0
	}
	n.fine = time.Time{}
	if now.Before(n.next) {
		t.tryLater(n)
		return postponed
	}
	return wrong
}

// postponed reports whether a service will be asked later, because its last order
// failed.
func (n *node) postponed(now time.Time) bool {
	return n.service != nil && !n.held && n.state == unseen && now.Before(n.next)
}

// recovered reports whether a child has been as expected for an interval.
func (n *node) recovered(now time.Time, interval time.Duration) bool {
	return !n.fine.IsZero() && now.Sub(n.fine) >= interval
}

// wrong reports whether a child is not as expected.
func (n *node) wrong() bool {
	if n.group != nil {
		return n.failed
	}
	if n.held {
		return false
	}
	switch n.state {
	case Dirty:
		return true
	case Stopped:
		return n.service.Expected == servicedef.Running
	case Running, Recovering:
		return n.service.Expected == servicedef.Stopped || n.applied != n.service
	}
	return false
}

// repair repairs a child of a group one_for_one.
func (t *Tree) repair(now time.Time, n *node) {
	j := t.repairJob(n, n)
	if n.group != nil {
		j.start(n, nil)
	} else {
		j.start(n, j.stop(n, nil))
	}
	t.begin(j)
	t.askOthers(now, j)
}

// repairInOrder repairs the child of a dependent group with an index, and with it
// those that follow, or all.
func (t *Tree) repairInOrder(now time.Time, group *node, index int) {
	j := t.repairJob(group.children[index], group)
	if group.group.Strategy == servicedef.OneForAll {
		index = 0
	}
	before, rest := group.children[:index], group.children[index:]
	var needs []*step
	for _, n := range before { // groups may be at work
		n.each(func(service *node) { needs = append(needs, service.steps...) })
	}
	t.cancel(rest...)
	reversed := slices.Clone(rest)
	slices.Reverse(reversed)
	needs = j.all(reversed, true, needs, j.stop)
	j.all(rest, true, needs, j.start)
	t.begin(j)
	t.askOthers(now, j)
}

// repairJob returns a job that repairs a child, and concerns all below top.
func (t *Tree) repairJob(n, top *node) *job {
	n.parent.adjusted = true
	n.attempts++
	n.revive()
	j := t.newJob(top)
	j.repairs = n
	j.end = func(now time.Time) {
		if j.failed && top != n { // the cycle ends here, as in simplevisor
			t.settle(now, top.children...)
		}
		t.postpone(now, n)
		t.touch(n)
	}
	return j
}

// revive makes failed groups active again, because they will be started.
func (n *node) revive() {
	n.eachGroup(func(group *node) { group.failed = false })
}

// postpone allows the next attempt on a child after 1, 2, 4 ... seconds, at the latest
// in the next cycle.
func (t *Tree) postpone(now time.Time, n *node) {
	n.next = t.nextCycle
	if delay := time.Second << min(max(n.attempts-1, 0), 30); !t.options.EachCycle && now.Add(delay).Before(n.next) {
		n.next = now.Add(delay)
	}
	if n.state == unseen {
		t.tryLater(n)
	}
}

// tryLater has a child judged at next.
func (t *Tree) tryLater(n *node) {
	if !slices.Contains(t.retries, n) {
		t.retries = append(t.retries, n)
	}
}

// tryNow postpones a child no longer.
func (t *Tree) tryNow(n *node) {
	n.next = time.Time{}
	t.retries = slices.DeleteFunc(t.retries, func(other *node) bool { return other == n })
}

// tryAgain judges the children whose next attempt is due.
func (t *Tree) tryAgain(now time.Time) {
	t.retries = slices.DeleteFunc(t.retries, func(n *node) bool {
		due := !now.Before(n.next)
		if due {
			t.touch(n)
		}
		return due
	})
}
