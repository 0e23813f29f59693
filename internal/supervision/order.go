package supervision

import (
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// link derives from the keys after which services wait for each other. A key that
// contradicts the order of a dependent group has no effect: nothing could begin
// otherwise.
func (t *Tree) link() {
	t.root.each(func(n *node) { n.after, n.before = nil, nil })
	t.root.each(func(n *node) {
		for _, s := range n.service.After {
			other := t.services[s.Path]
			if other == nil || other.gone || precedes(n, other, make(map[*node]bool)) {
				continue
			}
			n.after = append(n.after, other)
			other.before = append(other.before, n)
		}
	})
}

// precedes reports whether service a must be started before service b, or is b.
func precedes(a, b *node, seen map[*node]bool) bool {
	if a == b {
		return true
	}
	if seen[a] {
		return false
	}
	seen[a] = true
	followers := slices.Clone(a.before)
	for n := a; n.parent != nil; n = n.parent {
		if !n.parent.dependent() {
			continue
		}
		if i := slices.Index(n.parent.children, n) + 1; i < len(n.parent.children) {
			n.parent.children[i].each(func(next *node) { followers = append(followers, next) })
		}
	}
	return slices.ContainsFunc(followers, func(next *node) bool { return precedes(next, b, seen) })
}

// mustFollow returns the services that a step of a service waits for: a start for those
// before it, a stop for those after it.
func (n *node) mustFollow(op Op) []*node {
	if op == Stop {
		return n.before
	}
	return n.after
}

// follows reports whether a step waits because of a key after: for a look at another
// service, or for a step of another service. A step of a later job counts unless it
// waits for this step.
func (s *step) follows() bool {
	return slices.ContainsFunc(s.others, func(other *node) bool {
		return s.op != Stop && other.order == Ask || slices.ContainsFunc(other.steps, func(o *step) bool {
			return o.alike(s) && (o.job.number <= s.job.number || !o.waitsFor(s, make(map[*step]bool)))
		})
	})
}

func (s *step) alike(o *step) bool { return (s.op == Stop) == (o.op == Stop) }

// waitsFor reports whether a step may wait for another, also through others.
func (s *step) waitsFor(last *step, seen map[*step]bool) bool {
	if s == last {
		return true
	}
	if seen[s] || s.begun {
		return false
	}
	seen[s] = true
	waits := func(o *step) bool { return o.waitsFor(last, seen) }
	if !s.over && slices.ContainsFunc(s.node.steps[:slices.Index(s.node.steps, s)], waits) {
		return true
	}
	return slices.ContainsFunc(s.needs, waits) || slices.ContainsFunc(s.others, func(other *node) bool {
		return slices.ContainsFunc(other.steps, func(o *step) bool { return o.alike(s) && waits(o) })
	})
}

// askOthers asks the services that must run before those that a job starts. They may
// have exited at the same moment, and then they are started first.
func (t *Tree) askOthers(now time.Time, j *job) {
	for _, s := range j.steps {
		if s.op == Stop {
			continue
		}
		for _, other := range s.others {
			if other.service.Expected == servicedef.Running && other.seen.Before(s.node.seen) && !other.parent.abandoned() {
				t.ask(now, other)
			}
		}
	}
}

// askEarlier does the same for the services before a child of a dependent group. It
// reports whether there are any to ask; in a cycle all are asked anyway.
func (t *Tree) askEarlier(now time.Time, children []*node, n *node) bool {
	asked := false
	for _, c := range children {
		if c.service != nil && !c.held && c.seen.Before(n.seen) {
			t.ask(now, c)
			asked = true
		}
	}
	return asked
}

// failedBefore returns the paths of the services that should run before a start, and
// whose start failed.
func (n *node) failedBefore() (paths []string) {
	for _, other := range n.after {
		if other.attempts > 0 && !other.held && other.service.Expected == servicedef.Running &&
			other.state != Running && other.state != Recovering {
			paths = append(paths, other.path)
		}
	}
	return paths
}
