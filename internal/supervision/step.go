package supervision

import (
	"slices"
	"time"
)

// step is one order of a job. It begins when
//   - it is the first step of its service, which has no order,
//   - the steps that it needs are over, and
//   - it follows no other step because of a key after.
type step struct {
	job    *job
	node   *node
	op     Op
	needs  []*step
	others []*node // it waits for their steps because of a key after; a reload changes the keys
	begun  bool
	over   bool    // executed, failed, skipped or cancelled
	groups []*node // above, as far as the job concerns all below them
}

// begin gives the steps of a job to their services.
func (t *Tree) begin(j *job) {
	j.left = len(j.steps)
	for _, s := range j.steps {
		s.node.steps = append(s.node.steps, s)
		s.groups = s.concerned()
		for _, group := range s.groups {
			group.working++
		}
		t.waiting = append(t.waiting, s)
	}
	if j.left == 0 {
		t.ended = append(t.ended, j)
	}
}

// concerned returns the groups above a step of which the job concerns all below.
func (s *step) concerned() (groups []*node) {
	if s.job.top == nil || s.job.top.group == nil {
		return nil
	}
	for n := s.node.parent; n != s.job.top; n = n.parent {
		groups = append(groups, n)
	}
	return append(groups, s.job.top)
}

// advance begins all steps that can begin. It reports whether steps were skipped,
// which may have consequences.
func (t *Tree) advance(now time.Time) bool {
	waiting := t.waiting
	t.waiting = nil
	for _, s := range waiting {
		switch {
		case s.over:
		case !s.ready():
			t.waiting = append(t.waiting, s)
		case s.op == Stop && s.node.state == Stopped && s.node == s.job.repairs: // it was just seen
			t.finish(now, s, false)
		default:
			s.begun = true
			t.send(s.node, s.op)
		}
	}
	return len(t.ended)+len(t.touched) > 0
}

func (s *step) ready() bool {
	if s.node.order != "" || s.node.steps[0] != s {
		return false
	}
	return s.allowed() && !s.follows()
}

// allowed reports whether the steps that a step needs are over. In place of a cancelled
// step count those that it needed.
func (s *step) allowed() bool {
	if slices.ContainsFunc(s.needs, func(needed *step) bool { return !needed.over || !needed.begun && !needed.allowed() }) {
		return false
	}
	s.needs = nil
	return true
}

// send returns an order to the caller.
func (t *Tree) send(n *node, op Op) {
	if op == Start || op == Restart {
		n.applied = n.service
	}
	n.order, n.noticed, n.fresh = op, "", false
	t.active++
	o := Order{Service: n.applied, Op: op}
	if op == Start {
		o.Despite = n.failedBefore()
	}
	t.orders = append(t.orders, o)
}

// finish ends a step. If it failed, the service is asked and repaired later, and the
// steps that depend on it are cancelled: the further steps of the service, and in a
// dependent group all that are left, as in simplevisor.
func (t *Tree) finish(now time.Time, s *step, failed bool) {
	t.remove(s)
	if !failed {
		return
	}
	if s.node != s.job.repairs { // whose attempt was counted when it began
		s.node.attempts++
	}
	t.postpone(now, s.node)
	if s.job.thorough {
		return
	}
	s.job.failed = s.job.failed || s.node.parent == s.job.top
	scope := s.node
	if scope.parent.dependent() {
		scope = scope.parent
	}
	for _, other := range s.job.steps {
		if !other.begun && other.node.within(scope) {
			t.remove(other)
		}
	}
}

// cancel ends all steps at and below the nodes that have not begun.
func (t *Tree) cancel(nodes ...*node) {
	for _, top := range nodes {
		top.each(t.cancelOwn)
	}
}

// cancelOwn ends all steps of a service that have not begun.
func (t *Tree) cancelOwn(n *node) {
	for _, s := range slices.Clone(n.steps) {
		if !s.begun {
			t.remove(s)
		}
	}
}

// remove takes a step that is over from its service and its job.
func (t *Tree) remove(s *step) {
	if s.over {
		return
	}
	s.over = true
	for _, group := range s.groups {
		group.working--
	}
	s.node.steps = slices.DeleteFunc(s.node.steps, func(other *step) bool { return other == s })
	for n := s.node; n != nil; n = n.parent {
		t.touch(n)
	}
	if s.job.left--; s.job.left == 0 {
		t.ended = append(t.ended, s.job)
	}
}
