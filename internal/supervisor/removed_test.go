package supervisor

import (
	"slices"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// A service that a reload removes, and that cannot be stopped, is reported, and stopped
// later: in a cycle, or at the end of the supervisor. One that is defined again is not.
func TestRunStopsRemovedServices(t *testing.T) {
	var left string
	r := supervise(t, serviceText("a", "")+serviceText("b", "")+serviceText("c", "")+serviceText("d", ""), func(r *running) {
		r.c.Load = func() ([]*servicedef.Entry, Services, error) { return entries(r.t, left), r.fake, nil }
		r.fake.stuck["b"], r.fake.stuck["c"], r.fake.stuck["d"] = true, true, true
	})
	r.wantReady()
	free := func(name string) {
		r.fake.mu.Lock()
		defer r.fake.mu.Unlock()
		r.fake.stuck[name] = false
	}
	wantText := func(want string) {
		t.Helper()
		text := ""
		for limit := time.Now().Add(patience); time.Now().Before(limit); {
			if record := pidfiles.Supervisor.Probe(r.c.PidFile).Record(); record != nil {
				text = record.Text
			}
			if text == want {
				return
			}
		}
		t.Fatalf("published is %q, want %q", text, want)
	}
	left = serviceText("a", "")
	r.request(Reload)
	wantText("1 of 1 services as expected; removed and not stopped: b, c, d; reload 1 succeeded")
	for _, text := range []string{"b: cannot stop: stuck", "b: a reload has removed it, and its stop has failed: each cycle retries it"} {
		if !r.log.has(text) {
			t.Errorf("the log does not have %q: %q", text, r.log.lines)
		}
	}
	free("b")
	r.request(WakeUp)
	r.fake.await(t, "stop b")
	wantText("1 of 1 services as expected; removed and not stopped: c, d; reload 1 succeeded")

	left = serviceText("a", "") + serviceText("d", "")
	r.request(Reload)
	r.request(WakeUp)
	wantText("2 of 2 services as expected; removed and not stopped: c; reload 2 succeeded")
	free("c")
	free("d")
	r.request(Quit)
	r.wantEnd("<nil>")
	for _, stop := range []string{"stop a", "stop b", "stop c", "stop d"} {
		if !slices.Contains(r.fake.done, stop) {
			t.Errorf("done was %q, without %q", r.fake.done, stop)
		}
	}
	if r.fake.states["c"] != lsb.NotRunning {
		t.Error("the removed service was not stopped at the end")
	}
}
