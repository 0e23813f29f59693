package supervision

import (
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestBackoff repairs a service that never runs: at once, then after 1, 2, 4 ... seconds
// and in each cycle.
func TestBackoff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running), service("b", servicedef.Running)}, Options{Interval: 20 * time.Second})
	w.do(w.tree.Start(w.now))
	w.flaps["a"] = true
	w.ran = nil
	w.see(Stopped, "a")
	w.wantRan("at once", "a start")
	for _, seconds := range []time.Duration{1, 2, 4, 8} {
		w.pass(seconds*time.Second - time.Millisecond)
		w.wantRan("before the time")
		want := Status{Attempts: w.status("a").Attempts, Next: w.now.Add(time.Millisecond)}
		if got := w.status("a"); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		w.pass(time.Millisecond)
		w.wantRan("at the time", "a start")
	}
	if got := w.status("a").Attempts; got != 5 {
		t.Errorf("%d attempts, want 5", got)
	}
	w.pass(4 * time.Second)
	w.wantRan("not after 16 seconds")
	w.pass(time.Second)
	w.wantRan("but in the next cycle", "a start")
	w.see(Stopped, "b")
	w.wantRan("another child", "b start")

	w.flaps["a"] = false
	w.pass(20 * time.Second)
	w.wantRan("it runs in the next cycle", "a start")
	w.pass(19 * time.Second)
	if got := w.status("a"); got != (Status{State: Running, Attempts: 7}) {
		t.Errorf("before an interval has passed: %+v", got)
	}
	w.pass(time.Second)
	if got := w.status("a"); got != (Status{State: Running}) {
		t.Errorf("after an interval: %+v", got)
	}
	w.see(Stopped, "a")
	w.wantRan("at once again", "a start")
	w.see(Stopped, "a")
	w.pass(time.Second)
	w.wantRan("after a second again", "a start")
}

// TestEachCycle repairs in cycles only, as simplevisor.
func TestEachCycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running)}, Options{EachCycle: true})
	w.flaps["a"] = true
	w.do(w.tree.Start(w.now))
	w.wantRan("the start, and the first cycle", "a start", "a start")
	w.pass(59 * time.Second)
	w.wantRan("nothing more in this cycle")
	w.pass(time.Second)
	w.wantRan("the next cycle", "a start")
}

// TestFoundRunning asks a service whose start failed before it is repaired.
func TestFoundRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running)}, Options{})
	w.do(w.tree.Start(w.now))
	w.flaps["a"] = true
	w.ran = nil
	w.see(Stopped, "a")
	w.find(Running, "a") // late, without an event
	w.pass(30 * time.Second)
	w.wantRan("one start", "a start")
	if got := w.status("a"); got.State != Running || !got.Next.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// TestLeftAlone does nothing about a service that recovers by itself, or whose state is
// not known.
func TestLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running), service("b", servicedef.Stopped)}, Options{})
	w.do(w.tree.Start(w.now))
	w.ran = nil
	w.see(Recovering, "a")
	w.see(Unknown, "b")
	w.pass(2 * time.Minute)
	w.wantRan("nothing")
	if got := w.status("b"); got.State != Unknown || got.Attempts != 0 {
		t.Errorf("got %+v", got)
	}
	w.see(Recovering, "b")
	w.wantRan("expected stopped", "b stop")
}

// TestContradiction looks again if an event contradicts the result of an order.
func TestContradiction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running)}, Options{})
	w.do(w.tree.Start(w.now))
	w.slow["a start"] = true
	w.see(Stopped, "a")
	w.see(Stopped, "a") // it exits just after the start
	w.asked = 0
	delete(w.slow, "a start")
	w.do([]Order{w.held[0]})
	w.find(Stopped, "a")
	w.ran = nil
	w.pass(time.Second)
	w.wantRan("asked, and started again", "a start")
	if w.asked == 0 {
		t.Error("not asked")
	}
}

// TestOwnInterval asks a service with an interval of its own.
func TestOwnInterval(t *testing.T) {
	t.Parallel()
	often, seldom := service("often", servicedef.Running), service("seldom", servicedef.Running)
	often.Service.Interval, seldom.Service.Interval = 10*time.Second, 150*time.Second
	w := newWorld(t, []*servicedef.Entry{often, seldom, service("b", servicedef.Running)}, Options{})
	w.do(w.tree.Start(w.now))
	w.find(Stopped, "often", "seldom", "b")
	w.ran = nil
	w.pass(10 * time.Second)
	w.wantRan("after 10 s", "often start")
	w.pass(50 * time.Second)
	w.wantRan("in the cycle", "b start")
	w.pass(90 * time.Second)
	w.wantRan("after 150 s", "seldom start")
	w.find(Stopped, "seldom")
	w.do(w.tree.Wake(w.now))
	w.wantRan("woken", "seldom start")
}

// TestSlowCommand repairs others while a command of one child takes its time, and counts
// the cycle when it has ended.
func TestSlowCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running), service("b", servicedef.Running)}, Options{})
	w.slow["a start"] = true
	w.do(w.tree.Start(w.now))
	w.wantRan("start", "b start")
	w.see(Stopped, "b")
	w.wantRan("repair during the start of another", "b start")
	w.pass(time.Minute)
	w.find(Stopped, "b")
	w.pass(time.Minute)
	w.wantRan("in the cycle", "b start")
	if w.tree.Cycles() != 0 {
		t.Error("the cycle has ended before the start")
	}
	w.do(w.execute(w.held[0]))
	if w.tree.Cycles() != 1 || len(w.tree.Windows()[""]) != 1 {
		t.Errorf("%d cycles, want one", w.tree.Cycles())
	}
}
