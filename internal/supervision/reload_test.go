package supervision

import (
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestReload(t *testing.T) {
	t.Parallel()
	load := func(strategy servicedef.Strategy, services ...string) []*servicedef.Entry {
		var children []any
		for _, name := range services {
			children = append(children, name)
		}
		return []*servicedef.Entry{group("g", strategy, 12, 3, children...), service("z", servicedef.Running)}
	}
	w := newWorld(t, load(servicedef.OneForOne, "a", "b", "c"), Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	reload := func(what string, entries []*servicedef.Entry, commands ...string) {
		t.Helper()
		w.do(w.tree.Reload(w.now, entries))
		w.wantRan(what, commands...)
		w.pass(2 * time.Minute)
		w.wantRan("two cycles after " + what)
	}
	reload("nothing changed", load(servicedef.OneForOne, "a", "b", "c"))
	reload("strategy, and order", load(servicedef.OneForAll, "c", "a", "b"))
	w.see(Stopped, "b")
	w.wantRan("the strategy applies", "a stop", "c stop", "c start", "a start", "b start")
	reload("one gone, one new", load(servicedef.OneForAll, "a", "c", "d"), "b stop", "d start")

	changed := load(servicedef.OneForAll, "a", "c", "d")
	changed[0].Children[1].Service.Start = []string{"c", "--new"}
	changed[0].Children[0].Service.Timeout = time.Second
	reload("a command changed", changed, "c stop", "c start")
	expected := load(servicedef.OneForAll, "a", "c", "d")
	expected[0].Children[1].Service.Start = []string{"c", "--new"}
	expected[0].Children[0].Service.Expected = servicedef.Stopped
	reload("an expected state changed", expected, "a stop")
	if w.status("g").Adjusted != 1 {
		t.Errorf("a reload is no adjustment: %+v", w.status("g"))
	}
	reload("a group is gone", load(servicedef.OneForAll)[1:], "d stop", "c stop")
	reload("another root", load(servicedef.OneForAll, "a")[:1], "z stop", "a start")
	w.do(w.tree.Stop(w.now))
	w.ran = nil
	reload("after the end", load(servicedef.OneForAll, "a", "b"))
}

// TestReloadDefinitions stops a service by the definition by which it was started.
func TestReloadDefinitions(t *testing.T) {
	t.Parallel()
	old, renewed := service("a", servicedef.Running), service("a", servicedef.Running)
	renewed.Service.Start = []string{"new"}
	w := newWorld(t, []*servicedef.Entry{old}, Options{})
	w.do(w.tree.Start(w.now))
	orders := w.tree.Reload(w.now, []*servicedef.Entry{renewed})
	if len(orders) != 1 || orders[0].Op != Stop || orders[0].Service != old.Service {
		t.Fatalf("got %v", orders)
	}
	w.broken["a stop"] = true
	w.do(orders)
	w.broken["a stop"] = false
	w.ran = nil
	w.pass(time.Second)
	w.wantRan("a stop that failed is tried again", "a stop", "a start")
	if orders = w.tree.Stop(w.now); len(orders) != 1 || orders[0].Service != renewed.Service {
		t.Errorf("got %v", orders)
	}
}

// TestReloadMoved gives a service back that a reload dropped while it was started.
func TestReloadMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running), service("b", servicedef.Running)}, Options{})
	w.slow["a start"] = true
	w.do(w.tree.Start(w.now))
	w.do(w.tree.Reload(w.now, []*servicedef.Entry{service("b", servicedef.Running)}))
	w.do(w.tree.Reload(w.now, []*servicedef.Entry{service("a", servicedef.Running)}))
	w.wantRan("while its start is executed", "b start", "b stop")
	delete(w.slow, "a start")
	w.do(w.execute(w.held[0]))
	w.wantRan("afterwards", "a start", "a stop", "a start")
	w.do(w.tree.Stop(w.now))
	w.wantOver(true, "<nil>")
}

// TestReloadRenamed starts a service under its new name when it has been stopped under
// the old one, because both have the same pid file.
func TestReloadRenamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running)}, Options{})
	w.do(w.tree.Start(w.now))
	w.slow["a stop"] = true
	w.ran = nil
	w.do(w.tree.Reload(w.now, []*servicedef.Entry{service("b", servicedef.Running)}))
	w.wantRan("while a is stopped")
	w.do(w.execute(w.held[0]))
	w.wantRan("afterwards", "a stop", "b start")
}
