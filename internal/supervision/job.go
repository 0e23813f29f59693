package supervision

import (
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

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
		count := len(j.steps)
		end := add(c, needs)
		switch {
		case len(j.steps) == count: // it has nothing to do
		case inOrder:
			needs = end
		default:
			ends = append(ends, end...)
		}
	}
	if len(ends) > 0 {
		return ends
	}
	return needs
}
