package supervision

import (
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestOneForOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []*servicedef.Entry{service("a", servicedef.Running), service("b", servicedef.Stopped), service("c", servicedef.Running)}, Options{})
	w.find(Running, "b")
	w.do(w.tree.Start(w.now))
	w.wantRan("start", "a start", "c start", "b stop")
	if w.asked != 3 || w.tree.Cycles() != 1 {
		t.Errorf("%d asked, %d cycles; want 3 and one", w.asked, w.tree.Cycles())
	}
	w.see(Stopped, "a")
	w.wantRan("crash", "a start")
	w.see(Stopped, "a")
	w.wantRan("crash just after the repair")
	w.pass(time.Second)
	w.wantRan("a second later", "a start")
	w.see(Dirty, "c")
	w.see(Running, "b")
	w.wantRan("dirty, and running against expectation", "c stop", "c start", "b stop")
	w.find(Stopped, "a")
	w.pass(time.Minute - time.Second)
	w.wantRan("found in the cycle", "a start")
	w.do(w.tree.Stop(w.now))
	w.wantRan("stop", "c stop", "a stop")
	w.wantOver(true, "<nil>")
}
