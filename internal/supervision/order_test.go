package supervision

import (
	"slices"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// after sets the key after of services by their names.
func after(entries []*servicedef.Entry, keys map[string]string) []*servicedef.Entry {
	services := (&servicedef.Entry{Children: entries}).Services()
	for _, s := range services {
		for _, other := range services {
			if keys[s.Name] == other.Name {
				s.After = append(s.After, other)
			}
		}
	}
	return entries
}

// TestAfter starts services after others in other groups, and stops them before.
func TestAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, after([]*servicedef.Entry{
		service("web", servicedef.Running), group("g", servicedef.OneForOne, 12, 3, "app", "db"),
		service("off", servicedef.Stopped), service("log", servicedef.Running),
	}, map[string]string{"web": "app", "app": "db", "log": "off"}), Options{})
	w.do(w.tree.Start(w.now))
	w.wantRan("start", "db start", "log start", "app start", "web start")
	w.see(Dirty, "db")
	w.wantRan("a repair of one starts no other", "db stop", "db start")
	w.slow["db stop"] = true
	w.see(Dirty, "db")
	w.pass(w.tree.Deadline().Sub(w.now))
	w.pass(time.Millisecond)
	w.see(Stopped, "web", "app") // the event of web comes first
	w.wantRan("what is repaired waits for what is repaired")
	delete(w.slow, "db stop")
	w.do(w.execute(w.held[0]))
	w.wantRan("and goes on", "db stop", "db start", "app start", "web start")
	w.do(w.tree.Stop(w.now))
	w.wantRan("stop", "log stop", "web stop", "app stop", "db stop")
}

// TestDespite starts a service although the one before it cannot be started, and says
// so.
func TestDespite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, after([]*servicedef.Entry{service("db", servicedef.Running), service("web", servicedef.Running)},
		map[string]string{"web": "db"}), Options{})
	w.broken["db start"] = true
	orders := w.tree.Start(w.now)
	if len(orders) != 1 || len(orders[0].Despite) > 0 {
		t.Fatalf("got %v", orders)
	}
	orders = w.execute(orders[0])
	if len(orders) != 1 || orders[0].Op != Start || !slices.Equal(orders[0].Despite, []string{"db"}) {
		t.Errorf("got %v", orders)
	}
}

// TestContradictoryOrder ignores a key that contradicts the order of a group, also
// through other services.
func TestContradictoryOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, after([]*servicedef.Entry{
		group("g", servicedef.RestForOne, 12, 3, "a", group("in", servicedef.OneForOne, 12, 3, "x", "y"), "b"),
		group("h", servicedef.RestForOne, 12, 3, "c", "d"),
	}, map[string]string{"a": "d", "c": "b", "x": "b"}), Options{})
	w.do(w.tree.Start(w.now))
	w.wantRan("start", "c start", "d start", "a start", "x start", "y start", "b start")
	w.do(w.tree.Stop(w.now))
	w.wantRan("stop", "b stop", "y stop", "x stop", "a stop", "d stop", "c stop")
	w.wantOver(true, "<nil>")
}

// TestCrashOfTwo starts a service of a dependent group once, and after the one before
// it, if the events come in the reverse order.
func TestCrashOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.RestForOne, 12, 3, "db", "web")}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	w.pass(time.Second)
	w.find(Stopped, "db")
	w.see(Stopped, "web")
	w.see(Stopped, "db")
	w.wantRan("crash of both", "db start", "web start")
}
