package supervision

import (
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// node is a group or a service.
type node struct {
	path    string
	parent  *node // nil for the root
	touched bool
	gone    bool // no longer in the configuration

	// As a child of its group:
	attempts int       // of repairs, since it was last fine for an interval
	next     time.Time // no attempt before
	fine     time.Time // since when it is as expected, zero if it is not

	// Of a service:
	service *servicedef.Service // nil for a group
	fresh   bool                // it had no order yet, and no state
	applied *servicedef.Service // the definition by which it was started
	state   State
	seen    time.Time // when it had this state
	order   Op        // that was returned and not answered
	noticed State     // during the order
	steps   []*step   // not over, in their order
	held    bool
	after   []*node   // those that start before it and stop after it
	before  []*node   // the reverse
	look    time.Time // when it is asked next, if it has an interval of its own

	// Of a group:
	group    *servicedef.Group // nil for a service
	children []*node
	working  int            // steps that are left of jobs that concern all below
	due      map[*node]bool // the children that the cycle waits for; nil outside of a cycle
	awaited  bool           // its cycle begins when the children before it are as expected
	deferred bool           // its children are to be judged when its turn comes
	adjusted bool           // since the last cycle
	cycles   []Cycle        // the last ones, at most the window
	failed   bool
	failedAt time.Time
}

// build sets the root and the nodes below from entries. A node of the old tree with
// the same path is used again, with its state.
func (t *Tree) build(entries []*servicedef.Entry, old map[string]*node) {
	if len(entries) == 1 && entries[0].Group != nil {
		t.root = t.node(nil, entries[0], old)
	} else {
		t.root = t.node(nil, &servicedef.Entry{Group: servicedef.DefaultGroup(), Children: entries}, old)
	}
	t.link()
}

func (t *Tree) node(parent *node, e *servicedef.Entry, old map[string]*node) *node {
	n := t.services[e.Path] // also one that is gone, and not stopped yet
	if e.Service == nil {
		n = old[e.Path]
	}
	if n == nil || (n.service == nil) != (e.Service == nil) {
		n = &node{path: e.Path, applied: e.Service, fresh: e.Service != nil}
	}
	n.gone, n.parent, n.group, n.service, n.children = false, parent, e.Group, e.Service, nil
	if e.Service != nil {
		t.services[e.Path] = n
		if !Changed(n.applied, e.Service) {
			n.applied = e.Service
		}
	}
	for _, child := range e.Children {
		n.children = append(n.children, t.node(n, child, old))
	}
	return n
}

// dependent reports whether a repair of one child concerns others.
func (n *node) dependent() bool {
	return n.group != nil && n.group.Strategy != servicedef.OneForOne
}

// busy reports whether a child cannot be judged now. It is touched when it can.
func (n *node) busy() bool {
	return n.order != "" || len(n.steps) > 0 || n.working > 0 || n.inCycle()
}

// within reports whether the node is the group or below it.
func (n *node) within(group *node) bool {
	for ; n != nil; n = n.parent {
		if n == group {
			return true
		}
	}
	return false
}

// abandoned reports whether the node or a group above it has failed.
func (n *node) abandoned() bool {
	for ; n != nil; n = n.parent {
		if n.failed {
			return true
		}
	}
	return false
}

// each visits the services at and below the node, in the order of the file.
func (n *node) each(visit func(*node)) {
	if n.service != nil {
		visit(n)
	}
	for _, c := range n.children {
		c.each(visit)
	}
}

// eachNode visits the nodes at and below the node.
func (n *node) eachNode(visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		c.eachNode(visit)
	}
}

// eachGroup visits the groups at and below the node.
func (n *node) eachGroup(visit func(*node)) {
	n.eachNode(func(n *node) {
		if n.group != nil {
			visit(n)
		}
	})
}
