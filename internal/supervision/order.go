package supervision

import (
	"slices"

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

// follows reports whether a step waits for one of another service because of a key
// after. Steps of later jobs do not count, so no two steps wait for each other.
func (s *step) follows() bool {
	return slices.ContainsFunc(s.others, func(other *node) bool {
		return slices.ContainsFunc(other.steps, func(o *step) bool {
			return (o.op == Stop) == (s.op == Stop) && o.job.number <= s.job.number
		})
	})
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
