package supervision

import (
	"reflect"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestFailedStart is what a failed start means in each strategy.
func TestFailedStart(t *testing.T) {
	t.Parallel()
	for strategy, want := range map[servicedef.Strategy][3][]string{
		servicedef.OneForOne: {
			{"a start", "b start", "c start", "b start"}, {"b start"}, {"b start"}},
		servicedef.RestForOne: { // c is not started before b
			{"a start", "b start", "b start"}, {"b start"}, {"b start", "c start"}},
		servicedef.OneForAll: {
			{"a start", "b start", "a stop", "a start", "b start"}, {"a stop", "a start", "b start"}, {"a stop", "a start", "b start", "c start"}},
	} {
		w := newWorld(t, []*servicedef.Entry{group("g", strategy, 12, 3, "a", "b", "c")}, Options{})
		w.broken["b start"] = true
		w.do(w.tree.Start(w.now))
		w.wantRan(string(strategy)+": start, and first cycle", want[0]...)
		w.pass(2 * time.Second) // the start in the first cycle was the second attempt
		w.wantRan(string(strategy)+": next attempt", want[1]...)
		w.broken["b start"] = false
		w.pass(4 * time.Second)
		w.wantRan(string(strategy)+": b can start", want[2]...)
	}
}

// TestFailedStop starts nothing in place of a service that cannot be stopped.
func TestFailedStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("g", servicedef.OneForAll, 12, 3, "a", "b", "c")}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	w.broken["c stop"] = true
	w.see(Stopped, "b")
	w.wantRan("the repair ends", "c stop")
	w.broken["c stop"] = false
	w.pass(time.Second)
	w.wantRan("next attempt", "c stop", "a stop", "a start", "b start", "c start")
	w.broken["b stop"] = true
	w.do(w.tree.Stop(w.now))
	w.wantRan("a stop of everything goes on", "c stop", "b stop", "a stop")
	w.wantOver(true, "<nil>")
}

// TestEscalation stops a group that fails, and starts it again as a repair of the group
// above, which keeps its windows. In the end the root gives up.
func TestEscalation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{group("top", servicedef.RestForOne, 4, 1,
		"a", group("in", servicedef.OneForOne, 3, 1, "x", "y"), "b")}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	adjusted := func(what string, top, in int) {
		t.Helper()
		if w.status("top").Adjusted != top || w.status("top/in").Adjusted != in {
			t.Errorf("%s: %+v, %+v", what, w.status("top"), w.status("top/in"))
		}
	}
	cycle := func(what string, commands ...string) {
		t.Helper()
		w.find(Stopped, "x")
		w.pass(time.Minute)
		w.wantRan(what, commands...)
	}
	cycle("first adjustment", "x start")
	adjusted("first adjustment", 0, 1)
	cycle("the group fails", "x start", "y stop", "x stop", "b stop", "x start", "y start", "b start")
	adjusted("the group fails", 1, 2)
	w.pass(2 * time.Minute)
	adjusted("two cycles later", 1, 1)
	w.see(Stopped, "x")
	w.see(Stopped, "x")
	w.pass(time.Second)
	adjusted("repairs count at the end of the cycle", 1, 1)
	w.ran = nil
	w.pass(time.Minute)
	w.wantRan("two repairs in one cycle are one adjustment")
	adjusted("after the cycle", 1, 1)
	w.find(Stopped, "x")
	w.pass(time.Minute)
	w.wantRan("the group fails, and the root after it", "x start", "y stop", "x stop", "b stop", "x start", "y start", "b start")
	cycle("the root gives up", "x start", "y stop", "x stop", "b stop", "x start", "y start", "b start",
		"b stop", "y stop", "x stop", "a stop")
	w.wantOver(true, `gave up: group "top" needed repairs in 2 of the last 4 intervals, more than 1`)
	if got := w.status("top/a"); !got.GaveUp.Equal(epoch.Add(7*time.Minute)) || got.State != Stopped {
		t.Errorf("got %+v", got)
	}
	if orders := w.tree.Tick(w.now.Add(time.Hour)); len(orders) > 0 || !w.tree.Deadline().IsZero() {
		t.Errorf("got %v after the end", orders)
	}
}

// TestWindows carries the windows over a restart of the supervisor.
func TestWindows(t *testing.T) {
	t.Parallel()
	tree := []*servicedef.Entry{group("g", servicedef.OneForOne, 2, 1, "a"), service("b", servicedef.Running)}
	w := newWorld(t, tree, Options{})
	old := []Cycle{{epoch.Add(-3 * time.Minute), true}, {epoch.Add(-2 * time.Minute), false}, {epoch.Add(-time.Minute), true}}
	w.tree.SetWindows(map[string][]Cycle{"g": old, "": old[1:], "other": old})
	want := map[string][]Cycle{"g": old[1:], "": old[1:]}
	if got := w.tree.Windows(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	w.flaps["a"] = true
	w.do(w.tree.Start(w.now))
	w.wantRan("the first adjustment is one too many", "a start", "b start", "a start", "a start")
}
