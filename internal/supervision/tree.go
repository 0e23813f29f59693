package supervision

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// Op is what an order asks for.
type Op string

// The operations.
const (
	Ask     Op = "ask"     // look at the state now; the answer goes to Answered
	Start   Op = "start"   // and wait until it runs
	Stop    Op = "stop"    // and wait until it is stopped
	Restart Op = "restart" // by its restart command, or a stop followed by a start
)

// Order is an operation on a service.
type Order struct {
	Service *servicedef.Service
	Op      Op
	// Despite lists the paths of the services that should run before this start, and
	// do not because their start failed.
	Despite []string
}

// State is the state in which a service was found.
type State string

// The states.
const (
	Running State = "running" // also: starting
	Stopped State = "stopped"
	Dirty   State = "dirty" // neither: it must be stopped before a start
	// Recovering is the state of a service that another program restarts by its own
	// policy. It is left alone.
	Recovering State = "recovering"
	// Unknown is the result of a look that failed. Nothing is done until the next one.
	Unknown State = "unknown"

	// unseen is the state of a service that was never seen, or whose last order failed.
	unseen State = ""
)

// Options are the settings of a tree.
type Options struct {
	Interval time.Duration // between two cycles
	// EachCycle postpones all further repairs of a child to the next cycle, and begins a
	// cycle when an interval has passed since the end of the one before, as simplevisor
	// does. Otherwise repairs come after 1, 2, 4 ... seconds, and cycles may overlap.
	EachCycle bool
}

// Tree is a tree of groups and services under supervision.
type Tree struct {
	options  Options
	root     *node
	services map[string]*node // by path

	orders  []Order // to be returned
	active  int     // orders that were returned and not answered
	waiting []*step // not yet begun
	ended   []*job  // whose end was not yet handled
	touched []*node // to be judged
	jobs    int     // made so far

	retries   []*node // that are repaired or asked at next
	nextCycle time.Time
	again     bool // a cycle was asked for during a cycle
	cycling   bool // since the first cycle has begun
	cycles    int  // of the root that have ended
	ending    bool
	gaveUp    *GaveUpError
	failures  []*GaveUpError // of groups below the root, since Failures
}

// GaveUpError is the failure of a group. If it is the root, the tree ends.
type GaveUpError struct {
	Path                          string // of the root; "" for the implied one
	Adjusted, Window, Adjustments int
	At                            time.Time
}

func (e *GaveUpError) Error() string {
	name := "the configuration"
	if e.Path != "" {
		name = fmt.Sprintf("group %q", e.Path)
	}
	return fmt.Sprintf("gave up: %s needed repairs in %d of the last %d intervals, more than %d", name, e.Adjusted, e.Window, e.Adjustments)
}

// New returns a tree over the entries. A single group is the root. Otherwise the root
// is an implied group with the default keys, whose path is empty.
func New(entries []*servicedef.Entry, options Options) *Tree {
	t := &Tree{options: options, services: make(map[string]*node)}
	t.build(entries, nil)
	return t
}

// Start brings all services into their expected states for the first time. The first
// cycle begins when this has ended, or after an interval.
func (t *Tree) Start(now time.Time) []Order {
	t.nextCycle = now.Add(t.options.Interval)
	if t.options.EachCycle {
		t.nextCycle = never
	}
	t.root.each(func(n *node) { n.look = now })
	j := t.newJob(t.root)
	j.start(t.root, nil)
	j.end = func(now time.Time) {
		if !t.cycling {
			t.cycle(now)
		}
	}
	t.begin(j)
	return t.run(now)
}

// Tick does what is due. Call it at the [Tree.Deadline], or later.
func (t *Tree) Tick(now time.Time) []Order {
	switch {
	case t.ending || t.nextCycle.IsZero():
	case !now.Before(t.nextCycle):
		t.nextInTurn(now)
	default:
		t.askOften(now)
		t.tryAgain(now)
	}
	return t.run(now)
}

// Deadline returns when Tick has something to do, or zero if only an event or an answer
// can change something.
func (t *Tree) Deadline() time.Time {
	if t.ending {
		return time.Time{}
	}
	deadline := t.nextCycle
	for _, n := range t.retries {
		if n.next.Before(deadline) {
			deadline = n.next
		}
	}
	t.root.each(func(n *node) {
		if n.service.Interval > 0 && !n.held && n.look.Before(deadline) {
			deadline = n.look
		}
	})
	if deadline.Equal(never) {
		return time.Time{}
	}
	return deadline
}

// Cycles returns how many cycles of the whole tree have ended. The first one ends when
// every service was started and asked once, and repaired if necessary.
func (t *Tree) Cycles() int { return t.cycles }

// Over reports whether everything has been stopped, after Stop or because the root
// failed. The error is a [*GaveUpError] then.
func (t *Tree) Over() (over bool, err error) {
	if !t.ending || t.active > 0 || len(t.waiting) > 0 {
		return false, nil
	}
	if t.gaveUp != nil {
		return true, t.gaveUp
	}
	return true, nil
}

// Failures returns the groups that have failed since the last call. The group above each
// starts it again.
func (t *Tree) Failures() []*GaveUpError {
	failures := t.failures
	t.failures = nil
	return failures
}

// run handles what has ended and what was touched, and returns the orders that result.
func (t *Tree) run(now time.Time) []Order {
	for {
		for len(t.ended)+len(t.touched) > 0 || t.advance(now) {
			ended, touched := t.ended, t.touched
			t.ended, t.touched = nil, nil
			for _, j := range ended {
				j.end(now)
			}
			for _, n := range touched {
				n.touched = false
				t.judge(now, n)
			}
		}
		if !t.idleInCycle() {
			break
		}
		t.settle(now, t.root.children...)
	}
	orders := t.orders
	t.orders = nil
	return orders
}

// touch has a node judged.
func (t *Tree) touch(n *node) {
	if !n.touched {
		n.touched = true
		t.touched = append(t.touched, n)
	}
}
