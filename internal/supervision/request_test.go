package supervision

import (
	"errors"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestRestartChild(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.RestForOne, 12, 0, "a", group("in", servicedef.OneForOne, 12, 0, "x", "y"), "b")}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	restart := func(path string, commands ...string) {
		t.Helper()
		orders, err := w.tree.RestartChild(w.now, path)
		if err != nil {
			t.Error(err)
		}
		w.do(orders)
		w.wantRan(path, commands...)
	}
	restart("g/a", "a stop", "a start")
	restart("g/in", "y stop", "x stop", "x start", "y start")
	restart("g", "b stop", "y stop", "x stop", "a stop", "a start", "x start", "y start", "b start")
	w.pass(2 * time.Minute)
	w.wantRan("no adjustment") // the group would fail
	for path, want := range map[string]string{
		"":       `no service "" in the configuration (did you mean "g"?)`,
		"/":      `no service "/" in the configuration (did you mean "g"?)`,
		"a":      `no service "a" in the configuration (did you mean "g"?)`,
		"g/in/z": `no service "g/in/z" in the configuration (did you mean "g/in/x"?)`,
	} {
		orders, err := w.tree.RestartChild(w.now, path)
		if _, ok := errors.AsType[*servicedef.NotFoundError](err); !ok || err.Error() != want || len(orders) > 0 {
			t.Errorf("%q: %v, %v", path, orders, err)
		}
	}
	w.do(w.tree.Hold(w.now, w.service("a"), true))
	_, err := w.tree.RestartChild(w.now, "g/a")
	if held, ok := errors.AsType[*HeldError](err); !ok || held.Path != "g/a" || err.Error() != `service "g/a" was started or stopped by hand` {
		t.Errorf("held: %v", err)
	}
	w.do(w.tree.Stop(w.now))
	w.wantRan("stop", "b stop", "y stop", "x stop")
	if orders, err := w.tree.RestartChild(w.now, "g/in"); len(orders) > 0 || err != nil {
		t.Errorf("after the end: %v, %v", orders, err)
	}
}

// TestRestartChildDuringStart restarts a service whose start is still executed.
func TestRestartChildDuringStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running)}, Options{})
	w.slow["a start"] = true
	w.do(w.tree.Start(w.now))
	if orders, err := w.tree.RestartChild(w.now, "a"); len(orders) > 0 || err != nil {
		t.Errorf("two orders at once: %v, %v", orders, err)
	}
	w.do(w.execute(w.held[0]))
	w.wantRan("one after the other", "a start", "a stop", "a start")
}

// TestStopChildren stops everything until the next cycle.
func TestStopChildren(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.OneForOne, 12, 3, "a", group("in", servicedef.RestForOne, 12, 3, "x", "y"))}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	w.do(w.tree.StopChildren(w.now))
	w.wantRan("stop children", "y stop", "a stop", "x stop")
	w.see(Stopped, "a", "x", "y")
	w.pass(59 * time.Second)
	w.wantRan("until the next cycle")
	w.pass(time.Second)
	w.wantRan("the next cycle", "a start", "x start", "y start")
	if w.status("g").Adjusted != 1 || w.status("g/in").Adjusted != 1 {
		t.Errorf("as in simplevisor this is an adjustment: %+v", w.status("g"))
	}
}

// TestHold leaves a service alone that an administrator has stopped, in a group that
// restarts all.
func TestHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.OneForAll, 12, 3, "a", "b", "c")}, Options{})
	w.do(w.tree.Hold(w.now, w.service("b"), true))
	w.do(w.tree.Start(w.now))
	w.wantRan("start", "a start", "c start")
	w.see(Dirty, "b")
	w.see(Stopped, "a")
	w.wantRan("repair", "c stop", "a start", "c start")
	if got := w.status("g/b"); !got.Held || !got.Next.IsZero() {
		t.Errorf("got %+v", got)
	}
	w.do(w.tree.Hold(w.now, w.service("b"), false))
	w.wantRan("released", "c stop", "b stop", "a stop", "a start", "b start", "c start")
	w.do(w.tree.Hold(w.now, w.service("c"), true))
	w.do(w.tree.Stop(w.now))
	w.wantRan("stop", "b stop", "a stop")
	w.wantOver(true, "<nil>")
	if _, err := w.tree.Status(w.now, "g/d"); err == nil {
		t.Error("the status of an unknown service has no error")
	}
}

// TestStopDuringRepair cancels what has not begun, and waits for what has.
func TestStopDuringRepair(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.OneForAll, 12, 3, "a", "b", "c")}, Options{})
	w.do(w.tree.Start(w.now))
	w.slow["a start"] = true
	w.ran = nil
	w.see(Stopped, "b")
	w.wantRan("repair", "c stop", "a stop")
	w.do(w.tree.Stop(w.now))
	w.wantOver(false, "<nil>")
	w.do(w.execute(w.held[0]))
	w.wantRan("the start ends", "a start", "a stop")
	w.wantOver(true, "<nil>")
}
