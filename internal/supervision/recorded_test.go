package supervision

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// observation is what simplevisor was seen to do after an event: the commands of
// services without the status commands, and the services that ran afterwards.
type observation struct {
	Do        string
	RC        int
	Ran       []string
	RanSorted []string `json:"ran_sorted"`
	Up        []string
	Alive     *bool
	Store     []struct{ Adjusted int }
}

// recordedTree returns the configuration of a scenario in testdata/recorded.json.
func recordedTree(scenario string) *servicedef.Entry {
	const one, rest, all = servicedef.OneForOne, servicedef.RestForOne, servicedef.OneForAll
	stopped := func(name string) *servicedef.Entry { return service(name, servicedef.Stopped) }
	switch scenario {
	case "one_for_all_crash":
		return group("g", all, 12, 3, "a", "b", "c")
	case "rest_for_one_crash", "single", "signal_term":
		return group("g", rest, 12, 3, "a", "b", "c")
	case "gives_up_one_for_one":
		return group("g", one, 5, 2, "a", "b", "c")
	case "window_slides":
		return group("g", one, 2, 1, "a", "b", "c")
	case "nested_order":
		return group("top", rest, 12, 3, "a", group("in", all, 12, 3, "x", "y"), "b")
	case "expected_of_services":
		return group("g", one, 12, 3, "a", stopped("b"), stopped("c"))
	case "restart_child":
		return group("g", one, 12, 3, "a", "b", group("in", all, 12, 3, "x", "y"))
	case "store":
		return group("g", one, 20, 1, "a", "b", "c")
	}
	return group("g", one, 12, 3, "a", "b", "c")
}

// TestRecorded replays what simplevisor was seen to do: the same commands in the same
// order, if repairs come in cycles only. The records lack the store of a daemon that gave
// up, because simplevisor does not save it.
func TestRecorded(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded []struct {
		Scenario     string
		Observations []observation
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	for _, r := range recorded {
		t.Run(r.Scenario, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil, Options{})
			w.restarts["a"] = true
			w.find(Running, map[string][]string{"expected_of_services": {"c"}}[r.Scenario]...)
			for _, o := range r.Observations {
				w.replay(recordedTree(r.Scenario), o)
				w.compare(o)
			}
		})
	}
}

// replay makes an event happen, and lets enough cycles pass.
func (w *world) replay(tree *servicedef.Entry, o observation) {
	start := func(interval time.Duration) {
		windows := w.tree.Windows()
		w.tree = New([]*servicedef.Entry{tree}, Options{Interval: interval, EachCycle: true})
		w.tree.SetWindows(windows)
		w.do(w.tree.Start(w.now))
	}
	switch words := strings.Fields(o.Do); {
	case o.Do == "--interval 60 --daemon start":
		start(time.Minute)
	case o.Do == "single":
		if slices.Contains(o.Ran, "b start") {
			w.find(Stopped, "b")
		}
		start(time.Minute)
	case o.Do == "--interval 1 --daemon start":
		start(time.Second)
	case o.Do == "start (b is never up)":
		w.flaps["b"] = true
		start(time.Second)
		w.pass(10 * time.Second)
	case words[0] == "crash":
		w.find(Stopped, words[2:]...)
		w.pass(4 * time.Second)
	case o.Do == "b is dirty (status 1)":
		w.find(Dirty, "b")
		w.pass(4 * time.Second)
	case o.Do == "b, expected stopped, is found running":
		w.find(Running, "b")
		w.pass(4 * time.Second)
	case o.Do == "wake_up":
		w.do(w.tree.Wake(w.now))
	case words[0] == "restart_child":
		orders, err := w.tree.RestartChild(w.now, words[1])
		if err != nil {
			w.t.Errorf("%s: %v", o.Do, err)
		}
		w.do(orders)
	case o.Do == "stop", o.Do == "signal 15":
		if o.Do == "signal 15" {
			start(time.Second)
			w.ran = nil
		}
		w.do(w.tree.Stop(w.now))
		w.wantOver(true, "<nil>")
	}
}

// compare compares what happened with what was recorded.
func (w *world) compare(o observation) {
	w.t.Helper()
	switch {
	case o.Ran != nil:
		w.wantRan(o.Do, o.Ran...)
	case o.RanSorted != nil:
		slices.Sort(w.ran)
		w.wantRan(o.Do, o.RanSorted...)
	}
	if o.Up != nil {
		up := slices.Sorted(maps.Keys(w.states))
		up = slices.DeleteFunc(up, func(name string) bool { return w.states[name] != Running })
		if fmt.Sprint(up) != fmt.Sprint(o.Up) {
			w.t.Errorf("%s: %v run, want %v", o.Do, up, o.Up)
		}
	}
	if over, _ := w.tree.Over(); o.Alive != nil && over == *o.Alive {
		w.t.Errorf("%s: over is %v", o.Do, over)
	}
	for _, group := range o.Store {
		if got, err := w.tree.Status(w.now, "g"); err != nil || got.Adjusted != group.Adjusted {
			w.t.Errorf("%s: %d cycles were adjusted, %v; want %d", o.Do, got.Adjusted, err, group.Adjusted)
		}
	}
}
