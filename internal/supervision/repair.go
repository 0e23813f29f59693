package supervision

import (
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

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
