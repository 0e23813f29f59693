package supervision

import (
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
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
	others []*node // for whose steps it waits because of a key after; a reload changes the keys
	begun  bool
	over   bool // executed, failed, skipped or cancelled
}

// job is a set of steps with an order.
type job struct {
	number int   // jobs have ascending numbers
	top    *node // the job concerns all below it; nil: only its own services
	steps  []*step
	failed bool                // a step of a child of top
	left   int                 // steps that are not over
	end    func(now time.Time) // runs when all steps are over
	// repairs is the child for which the job was made.
	repairs *node
	// only limits a job to the services with these paths, if it is not nil.
	only map[string]bool
	// A failed step cancels the steps that depend on it, unless the job is thorough.
	thorough bool
}

func (t *Tree) newJob(top *node) *job {
	t.jobs++
	return &job{number: t.jobs, top: top, end: func(time.Time) {}}
}

// add adds a step, and returns it as what others may need.
func (j *job) add(n *node, op Op, needs []*step) []*step {
	s := &step{job: j, node: n, op: op, needs: needs, others: n.mustFollow(op)}
	j.steps = append(j.steps, s)
	return []*step{s}
}

// start adds the starts of all services at and below a node that are expected to run.
// The steps begin after those they need. The result is what the services after them
// need.
func (j *job) start(n *node, needs []*step) []*step {
	if n.service != nil {
		if !j.concerns(n) || n.service.Expected != servicedef.Running {
			return needs
		}
		return j.add(n, Start, needs)
	}
	return j.all(n.children, n.dependent(), needs, j.start)
}

// stop adds the stops of all services at and below a node, in reverse order.
func (j *job) stop(n *node, needs []*step) []*step {
	if n.service != nil {
		if !j.concerns(n) {
			return needs
		}
		return j.add(n, Stop, needs)
	}
	children := slices.Clone(n.children)
	slices.Reverse(children)
	return j.all(children, n.dependent(), needs, j.stop)
}

func (j *job) concerns(n *node) bool { return !n.held && (j.only == nil || j.only[n.path]) }

// all adds the steps of children, one child after the other or at the same time.
func (j *job) all(children []*node, inOrder bool, needs []*step, add func(*node, []*step) []*step) []*step {
	var ends []*step
	for _, c := range children {
		if inOrder {
			needs = add(c, needs)
		} else {
			ends = append(ends, add(c, needs)...)
		}
	}
	if inOrder {
		return needs
	}
	return ends
}

// concern counts the steps of jobs that concern all below a group, in each such group.
func (s *step) concern(count int) {
	if s.job.top == nil || s.job.top.group == nil {
		return
	}
	for n := s.node.parent; n != nil; n = n.parent {
		n.working += count
		if n == s.job.top {
			return
		}
	}
}

// begin gives the steps of a job to their services.
func (t *Tree) begin(j *job) {
	j.left = len(j.steps)
	for _, s := range j.steps {
		s.node.steps = append(s.node.steps, s)
		s.concern(1)
		t.waiting = append(t.waiting, s)
	}
	if j.left == 0 {
		t.ended = append(t.ended, j)
	}
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
	s.concern(-1)
	s.node.steps = slices.DeleteFunc(s.node.steps, func(other *step) bool { return other == s })
	for n := s.node; n != nil; n = n.parent {
		t.touch(n)
	}
	if s.job.left--; s.job.left == 0 {
		t.ended = append(t.ended, s.job)
	}
}
