package supervision

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// world is what a tree acts on: services with states, and commands that take no time.
// It records the commands as package control would run them: a service that is in the
// wanted state needs none.
type world struct {
	t        *testing.T
	tree     *Tree
	now      time.Time
	states   map[string]State
	broken   map[string]bool // "NAME start": that command fails
	flaps    map[string]bool // services that never run, although their start does not fail
	ran      []string
	asked    int
	restarts map[string]bool // services with a restart command
	held     []Order         // orders that a test executes later
	slow     map[string]bool
}

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, entries []*servicedef.Entry, o Options) *world {
	w := &world{t: t, now: epoch, states: make(map[string]State), broken: make(map[string]bool), slow: make(map[string]bool),
		flaps: make(map[string]bool), restarts: make(map[string]bool)}
	if o.Interval == 0 {
		o.Interval = time.Minute
	}
	w.tree = New(entries, o)
	return w
}

func service(name string, expected servicedef.Expected) *servicedef.Entry {
	return &servicedef.Entry{Name: name, Path: name, Service: &servicedef.Service{Name: name, Path: name, Expected: expected}}
}

func group(name string, s servicedef.Strategy, window, adjustments int, children ...any) *servicedef.Entry {
	e := &servicedef.Entry{Name: name, Path: name, Group: &servicedef.Group{Strategy: s, Window: window, Adjustments: adjustments}}
	for _, c := range children {
		switch c := c.(type) {
		case string:
			e.Children = append(e.Children, service(c, servicedef.Running))
		case *servicedef.Entry:
			e.Children = append(e.Children, c)
		}
	}
	below(e.Children, name)
	return e
}

// below moves entries into a group.
func below(entries []*servicedef.Entry, name string) {
	for _, e := range entries {
		e.Path = name + "/" + e.Path
		if e.Service != nil {
			e.Service.Path = e.Path
		}
		below(e.Children, name)
	}
}

// do executes orders, and those that result from them, first come first served.
func (w *world) do(orders []Order) {
	for len(orders) > 0 {
		o := orders[0]
		orders = orders[1:]
		if w.slow[o.Service.Name+" "+string(o.Op)] {
			w.held = append(w.held, o)
			continue
		}
		orders = append(orders, w.execute(o)...)
	}
}

// execute executes one order, and returns those that result.
func (w *world) execute(o Order) []Order {
	name := o.Service.Name
	state := w.state(name)
	var err error
	run := func(verb string) {
		w.ran = append(w.ran, name+" "+verb)
		switch {
		case w.broken[name+" "+verb]:
			err = errors.New(verb + " fails")
		case verb == "stop":
			w.states[name] = Stopped
		case w.flaps[name]: // a caller that waits for the state sees it
			err = errors.New("it does not run")
		default:
			w.states[name] = Running
		}
	}
	switch o.Op {
	case Ask:
		w.asked++
		return w.tree.Answered(w.now, o.Service, state)
	case Start:
		if state == Dirty {
			run("stop")
		}
		if state != Running && err == nil {
			run("start")
		}
	case Stop:
		if state != Stopped {
			run("stop")
		}
	case Restart:
		if w.restarts[name] {
			run("restart")
			break
		}
		if run("stop"); err == nil {
			run("start")
		}
	}
	return w.tree.Done(w.now, o.Service, err)
}

func (w *world) state(name string) State {
	if w.states[name] == "" {
		return Stopped
	}
	return w.states[name]
}

// find sets the states of services, without an event.
func (w *world) find(state State, names ...string) {
	for _, name := range names {
		w.states[name] = state
	}
}

// see sets the states of services, with an event for each.
func (w *world) see(state State, names ...string) {
	w.find(state, names...)
	for _, name := range names {
		w.do(w.tree.Seen(w.now, w.service(name), state))
	}
}

// service returns the definition of a service with a name.
func (w *world) service(name string) *servicedef.Service {
	for _, n := range w.tree.services {
		if n.service.Name == name {
			return n.service
		}
	}
	w.t.Fatalf("no service %q", name)
	return nil
}

// pass lets the time pass, with all that becomes due.
func (w *world) pass(d time.Duration) {
	end := w.now.Add(d)
	for {
		next := w.tree.Deadline()
		if next.IsZero() || next.After(end) {
			w.now = end
			return
		}
		w.now = next
		w.do(w.tree.Tick(w.now))
	}
}

// wantRan compares the commands since the last call.
func (w *world) wantRan(what string, want ...string) {
	w.t.Helper()
	if !slices.Equal(w.ran, want) {
		w.t.Errorf("%s: ran [%s], want [%s]", what, strings.Join(w.ran, ", "), strings.Join(want, ", "))
	}
	w.ran = nil
}

func (w *world) wantOver(wantOver bool, want string) {
	w.t.Helper()
	over, err := w.tree.Over()
	if over != wantOver || fmt.Sprint(err) != want {
		w.t.Errorf("over: %v, %v; want %v, %s", over, err, wantOver, want)
	}
}

// status returns the status of an entry.
func (w *world) status(path string) Status {
	w.t.Helper()
	s, err := w.tree.Status(w.now, path)
	if err != nil {
		w.t.Error(err)
	}
	return s
}
