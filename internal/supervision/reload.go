package supervision

import (
	"reflect"
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Reload replaces the entries. It stops the services that are gone, by their old
// definitions, restarts those whose commands changed, starts the new ones, and touches
// nothing else. All stops come before all starts, because a service may only have got
// another name. A service that is new is not held.
func (t *Tree) Reload(now time.Time, entries []*servicedef.Entry) []Order {
	if t.ending {
		return nil
	}
	stops, starts := t.compare(entries)
	j := t.newJob(nil)
	j.only = stops
	ends := j.stop(t.root, nil)
	t.replace(entries)
	j.only = starts
	j.start(t.root, ends)
	t.begin(j)
	t.root.eachGroup(func(n *node) {
		if n.inCycle() && len(n.due) == 0 { // it waited only for children that are gone
			t.endCycle(now, n)
		}
	})
	return t.run(now)
}

// compare returns the paths of the services that a reload stops and starts.
func (t *Tree) compare(entries []*servicedef.Entry) (stops, starts map[string]bool) {
	stops, starts = make(map[string]bool), make(map[string]bool)
	for _, s := range (&servicedef.Entry{Children: entries}).Services() {
		starts[s.Path] = true
		if n := t.services[s.Path]; n != nil && !n.gone {
			changed := Changed(n.applied, s)
			starts[s.Path] = changed || s.Expected != n.service.Expected
			stops[s.Path] = changed || s.Expected != n.service.Expected && s.Expected == servicedef.Stopped
		}
	}
	t.root.each(func(n *node) {
		if _, defined := starts[n.path]; !defined {
			stops[n.path] = true
		}
	})
	return stops, starts
}

// replace makes the tree of the new entries out of the nodes of the old one.
func (t *Tree) replace(entries []*servicedef.Entry) {
	var all []*node
	byPath := make(map[string]*node)
	t.root.eachNode(func(n *node) {
		n.gone = true
		byPath[n.path] = n
		all = append(all, n)
	})
	t.build(entries, byPath)
	for _, n := range all {
		if n.gone {
			n.due = nil
			t.cancelOwn(n)
			t.touch(n)
		}
	}
	t.retries = slices.DeleteFunc(t.retries, func(n *node) bool { return n.gone })
	t.root.failed = false
	t.root.eachNode(func(n *node) {
		t.touch(n)
		for child := range n.due {
			if child.gone || child.parent != n {
				delete(n.due, child)
			}
		}
	})
}

// forget drops a service that is gone and has neither an order nor a step.
func (t *Tree) forget(n *node) {
	if !n.busy() && t.services[n.path] == n {
		delete(t.services, n.path)
	}
}

// Changed reports whether two definitions of a service run different commands, so that a
// reload restarts it. The rest of a definition applies without a restart.
func Changed(before, now *servicedef.Service) bool {
	return before != now && !reflect.DeepEqual(commands(before), commands(now))
}

// commands returns what the commands of a service depend on.
func commands(s *servicedef.Service) any {
	c := *s
	c.Pos, c.Expected, c.After = configgeneral.Pos{}, "", nil
	c.Timeout, c.Interval, c.MaxRestarts = 0, 0, servicedef.MaxRestarts{}
	c.Reload, c.ReloadSignal = nil, 0
	c.Pattern = nil
	pattern := ""
	if s.Pattern != nil {
		pattern = s.Pattern.String()
	}
	return []any{c, pattern}
}
