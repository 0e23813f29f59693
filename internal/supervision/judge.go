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

// blocked reports whether nothing is decided below a group, because a dependent group
// above is being started or stopped, or has a child before it that is busy or not as
// expected. The decision is deferred until the turn of the group comes.
func (t *Tree) blocked(now time.Time, group *node) bool {
	for n := group; n.parent != nil; n = n.parent {
		if !n.parent.dependent() {
			continue
		}
		before := n.parent.children[:slices.Index(n.parent.children, n)]
		if n.parent.working > 0 || slices.ContainsFunc(before, func(b *node) bool { return b.busy() || b.wrong() || b.postponed(now) }) {
			n.deferred = true
			return true
		}
	}
	return false
}

// judgeAlone judges a child of a group one_for_one.
func (t *Tree) judgeAlone(now time.Time, n *node) {
	switch t.assess(now, n) {
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
		if n.awaited { // its turn has come
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
		if n.deferred {
			n.deferred = false
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

// assess returns the verdict on a child. It asks a service if the state is not known.
func (t *Tree) assess(now time.Time, n *node) verdict {
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
	case !n.wrong():
		if n.fine.IsZero() && n.state != Unknown {
			n.fine = now
		}
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
