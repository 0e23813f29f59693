package supervision

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestReference runs thousands of histories against the reference: cycle for cycle the
// same commands, in the same order where the order matters, and the same windows.
func TestReference(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		if !sameAsReference(t, seed) {
			t.Fatalf("seed %d", seed)
		}
	}
}

func sameAsReference(t *testing.T, seed uint64) bool {
	r := rand.New(rand.NewPCG(seed, 1))
	tree := randomTree(r, false)
	w := newWorld(t, []*servicedef.Entry{tree}, Options{Interval: time.Minute, EachCycle: true})
	ref := &reference{root: tree, states: make(map[string]State), broken: w.broken, held: make(map[string]bool),
		windows: make(map[string][]bool)}
	find := func() {
		for _, s := range pick(r, tree) {
			state := []State{Stopped, Running, Dirty}[r.IntN(3)]
			w.states[s.Name], ref.states[s.Name] = state, state
		}
	}
	find()
	w.do(w.tree.Start(w.now))
	ref.start(tree)
	ref.cycle()
	what := "start"
	for n := 0; ; n++ {
		if difference := w.differs(ref); difference != "" {
			t.Errorf("after %d, %s: %s\ntree %s\ngot  %v\nwant %v", n, what, difference, describe(tree), w.ran, ref.ran)
			return false
		}
		if over, _ := w.tree.Over(); over || n == 12 {
			return true
		}
		w.ran, ref.ran = nil, nil
		switch services := tree.Services(); r.IntN(12) {
		case 0:
			what = "hold, and a cycle"
			s := services[r.IntN(len(services))]
			if ref.wrong(s) { // others may have waited for it
				continue
			}
			ref.held[s.Name] = true
			w.do(w.tree.Hold(w.now, s, true))
			w.pass(time.Minute)
			ref.cycle()
		case 1:
			what = "stop children"
			ref.stop(tree)
			w.do(w.tree.StopChildren(w.now))
		case 2:
			what = "restart child"
			e := tree.Children[r.IntN(len(tree.Children))]
			if e.Service != nil {
				continue
			}
			orders, err := w.tree.RestartChild(w.now, e.Path)
			if err != nil {
				t.Error(err)
			}
			w.do(orders)
			ref.stop(e)
			ref.start(e)
		case 3:
			what = "break or mend"
			for _, s := range pick(r, tree) {
				w.broken[s.Name+" start"] = r.IntN(2) == 0
			}
		case 4:
			what = "wake up"
			find()
			w.do(w.tree.Wake(w.now))
			ref.cycle()
		case 5:
			what = "stop"
			w.do(w.tree.Stop(w.now))
			ref.stop(tree)
			ref.over = true
		default:
			what = "cycle"
			find()
			w.pass(time.Minute)
			ref.cycle()
		}
	}
}

// differs compares a tree in its world with the reference.
func (w *world) differs(ref *reference) string {
	sorted := func(ran []string) string { return strings.Join(slices.Sorted(slices.Values(ran)), ",") }
	if sorted(w.ran) != sorted(ref.ran) {
		return "other commands"
	}
	services := ref.root.Services()
	for i, a := range services {
		for _, b := range services[i:] {
			if a != b && !ordered(ref.root, a, b) {
				continue
			}
			if got, want := only(w.ran, a, b), only(ref.ran, a, b); got != want {
				return fmt.Sprintf("%s, want %s", got, want)
			}
		}
	}
	windows := make(map[string][]bool)
	for path, cycles := range w.tree.Windows() {
		for _, c := range cycles {
			windows[path] = append(windows[path], c.Adjusted)
		}
	}
	if !maps.EqualFunc(windows, ref.windows, slices.Equal) {
		return fmt.Sprintf("windows %v, want %v", windows, ref.windows)
	}
	if over, _ := w.tree.Over(); over != ref.over {
		return fmt.Sprintf("over is %v, want %v", over, ref.over)
	}
	return ""
}

// ordered reports whether the smallest group with two services is a dependent one.
func ordered(e *servicedef.Entry, a, b *servicedef.Service) bool {
	for _, c := range e.Children {
		if services := c.Services(); c.Service == nil && slices.Contains(services, a) && slices.Contains(services, b) {
			return ordered(c, a, b)
		}
	}
	return dependent(e)
}

// only returns the commands of two services.
func only(ran []string, a, b *servicedef.Service) string {
	ran = slices.DeleteFunc(slices.Clone(ran), func(command string) bool {
		name, _, _ := strings.Cut(command, " ")
		return name != a.Name && name != b.Name
	})
	return strings.Join(ran, ", ")
}

// describe returns a tree on one line.
func describe(e *servicedef.Entry) string {
	if e.Service != nil {
		return e.Name + "=" + string(e.Service.Expected)
	}
	var children []string
	for _, c := range e.Children {
		children = append(children, describe(c))
	}
	return fmt.Sprintf("%s %s %d/%d (%s)", e.Name, e.Group.Strategy, e.Group.Adjustments, e.Group.Window, strings.Join(children, " "))
}
