package selftest

import (
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// processes returns a table of processes with these pids.
func processes(pids ...int) (table proctree.Table) {
	for _, pid := range pids {
		table = append(table, proctree.Stat{PID: pid, Comm: "x", Start: uint64(pid)})
	}
	return table
}

// TestProblemOfProcesses compares the processes before and after an action.
func TestProblemOfProcesses(t *testing.T) {
	t.Parallel()
	none := snapshot{}
	one, two := snapshot{processes(1), processes(1, 11)}, snapshot{processes(2), processes(2, 21)}
	both := snapshot{processes(1, 2), processes(1, 11, 2, 21)}
	child := snapshot{processes(1), processes(1, 12)} // a supervisor has restarted its program
	for _, test := range []struct {
		action      string
		before, now snapshot
		seen        bool
		want        string
	}{
		{start, none, one, true, ""},
		{start, none, none, false, ""}, // another supervisor starts them
		{start, none, none, true, "no process of the service runs"},
		{start, one, one, true, ""},
		{start, one, child, true, ""},
		{start, one, both, true, "a second copy was started: pid 2 (x)"},
		{start, one, two, true, ""}, // the first was about to exit
		{restart, none, one, true, ""},
		{restart, one, two, true, ""},
		{restart, one, child, true, ""},
		{restart, one, one, true, "not restarted: pid 1 (x)"},
		{restart, one, both, true, "still running from before: pid 1 (x)"},
		{restart, one, none, true, "no process of the service runs"},
		{restart, none, none, false, ""},
		{tryRestart, one, one, true, "not restarted: pid 1 (x)"},
		{tryRestart, none, none, true, ""},
		{reload, one, one, true, ""},
		{forceReload, one, one, true, ""},
		{stop, one, none, true, ""},
		{stop, both, one, true, "still running: pid 1 (x), pid 11 (x)"},
		{nonsense, one, both, true, ""},
	} {
		w := &words{seen: test.seen}
		if got := w.problem(test.action, test.before, test.now); got != test.want {
			t.Errorf("%s, %v, %v: got %q, want %q", test.action, test.before.all.PIDs(), test.now.all.PIDs(), got, test.want)
		}
	}
	again := snapshot{processes(1), processes(1)}
	again.roots[0].Start, again.all[0].Start = 7, 7 // the same pid, but another process
	if got := (&words{}).problem(restart, one, again); got != "" {
		t.Errorf("got %q", got)
	}
}
