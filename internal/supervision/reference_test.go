package supervision

import (
	"slices"

	"github.com/svloop/svloop/pkg/servicedef"
)

// reference is a second, independent statement of the policy, for commands that take no
// time and repairs in cycles only: it acts on one child after the other, as simplevisor
// does, on the states as they are.
type reference struct {
	root    *servicedef.Entry
	states  map[string]State
	broken  map[string]bool
	held    map[string]bool
	windows map[string][]bool
	ran     []string
	over    bool
}

func (r *reference) run(name, verb string, to State) bool {
	r.ran = append(r.ran, name+" "+verb)
	if r.broken[name+" "+verb] {
		return false
	}
	r.states[name] = to
	return true
}

func (r *reference) state(name string) State {
	if r.states[name] == "" {
		return Stopped
	}
	return r.states[name]
}

func dependent(e *servicedef.Entry) bool { return e.Group.Strategy != servicedef.OneForOne }

func backwards(entries []*servicedef.Entry) []*servicedef.Entry {
	entries = slices.Clone(entries)
	slices.Reverse(entries)
	return entries
}

func (r *reference) stop(e *servicedef.Entry) {
	for _, c := range backwards(e.Children) {
		r.stop(c)
	}
	if s := e.Service; s != nil && !r.held[s.Name] && r.state(s.Name) != Stopped {
		r.run(s.Name, "stop", Stopped)
	}
}

// start starts a service, or the children of a group: in a dependent group until the
// start of a service fails.
func (r *reference) start(e *servicedef.Entry) (ok bool) {
	if s := e.Service; s != nil {
		if r.held[s.Name] || s.Expected == servicedef.Stopped || r.state(s.Name) == Running {
			return true
		}
		if r.state(s.Name) == Dirty {
			r.run(s.Name, "stop", Stopped)
		}
		return r.run(s.Name, "start", Running)
	}
	r.startAll(e, e.Children)
	return true
}

func (r *reference) startAll(group *servicedef.Entry, children []*servicedef.Entry) (ok bool) {
	for _, c := range children {
		if !r.start(c) && dependent(group) {
			return false
		}
	}
	return true
}

func (r *reference) wrong(s *servicedef.Service) bool {
	return !r.held[s.Name] && !(r.state(s.Name) == Running && s.Expected == servicedef.Running ||
		r.state(s.Name) == Stopped && s.Expected == servicedef.Stopped)
}

func (r *reference) cycle() {
	if !r.over && !r.supervise(r.root) {
		r.over = true
	}
}

// supervise is a cycle of a group. A group that was adjusted too often is stopped.
func (r *reference) supervise(g *servicedef.Entry) bool {
	adjusted := false
	for i, c := range g.Children {
		if c.Service != nil && !r.wrong(c.Service) || c.Service == nil && r.supervise(c) {
			continue
		}
		adjusted = true
		if !dependent(g) {
			r.stop(c)
			r.start(c)
			continue
		}
		rest := g.Children[i:]
		if g.Group.Strategy == servicedef.OneForAll {
			rest = g.Children
		}
		for _, other := range backwards(rest) {
			r.stop(other)
		}
		if !r.startAll(g, rest) {
			break
		}
	}
	window := append(r.windows[g.Path], adjusted)
	window = window[max(0, len(window)-g.Group.Window):]
	r.windows[g.Path] = window
	count := 0
	for _, adjusted := range window {
		if adjusted {
			count++
		}
	}
	if adjusted && count > g.Group.Adjustments {
		r.stop(g)
		return false
	}
	return true
}
