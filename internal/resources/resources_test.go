package resources

import (
	"os"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// stat is a process that started a number of seconds after the boot, and has used a number
// of ticks.
func stat(pid, ppid int, start, ticks uint64) proctree.Stat {
	return proctree.Stat{PID: pid, PPID: ppid, State: 'S', Start: 100 * start, Processor: ticks, Resident: 10}
}

func TestTree(t *testing.T) {
	t.Parallel()
	boot := time.Now()
	after := func(seconds int) time.Time { return boot.Add(time.Duration(seconds) * time.Second) }
	page := uint64(os.Getpagesize())
	zombie := stat(14, 11, 0, 9999)
	zombie.State = 'Z'
	first := following(nil, proctree.Table{
		stat(1, 0, 0, 0), stat(10, 1, 0, 5000), stat(11, 10, 50, 1000), stat(12, 11, 50, 0), stat(13, 10, 0, 2500), zombie,
		stat(20, 1, 60, 0), stat(21, 20, 60, 0),
	}, after(100), boot)
	for _, test := range []struct {
		name       string
		roots      []int
		supervisor int
		want       Usage
	}{
		{"one process", []int{12}, 0, Usage{after(50), 1, 0, 10 * page}},
		{"since the start", []int{11}, 0, Usage{after(50), 2, 20, 20 * page}},
		{"an orphan, and no supervisor", []int{11}, 10, Usage{after(50), 3, 45, 30 * page}},
		{"two trees, one in the other", []int{11, 12, 20}, 0, Usage{after(50), 4, 20, 40 * page}},
		{"a root has exited", []int{99, 12}, 0, Usage{after(50), 1, 0, 10 * page}},
	} {
		if got, ok := first.Tree(test.roots, test.supervisor); !ok || got != test.want {
			t.Errorf("%s: got %+v, %v, want %+v", test.name, got, ok, test.want)
		}
	}
	if got, ok := first.Tree([]int{99, 14}, 0); ok {
		t.Errorf("no process: got %+v", got)
	}

	// In two seconds 11 uses one second of processor time, and a new child of it half a
	// second; 13 exits, and its pid is reused.
	second := following(first, proctree.Table{
		stat(1, 0, 0, 0), stat(10, 1, 0, 5000), stat(11, 10, 50, 1100), stat(15, 11, 101, 50), stat(13, 11, 101, 0),
	}, after(102), boot)
	if got, _ := second.Tree([]int{11}, 0); got != (Usage{after(50), 3, 75, 30 * page}) {
		t.Errorf("since the last reading: got %+v", got)
	}
	if second.before != first || first.before != nil {
		t.Error("older readings are kept")
	}
	// A process cannot have used less than before, whatever the kernel says.
	third := following(second, proctree.Table{stat(11, 10, 50, 1000)}, after(104), boot)
	if got, _ := third.Tree([]int{11}, 0); got.CPU != 0 {
		t.Errorf("less than before: got %+v", got)
	}
	// Reused pids can form a cycle.
	circle := following(nil, proctree.Table{stat(5, 6, 0, 0), stat(6, 5, 0, 0)}, after(1), boot)
	if got, _ := circle.Tree([]int{5}, 0); got.Processes != 2 {
		t.Errorf("a cycle: got %+v", got)
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	r, err := Next(nil)
	if err != nil {
		t.Fatal(err)
	}
	u, ok := r.Tree([]int{os.Getpid()}, 0)
	if !ok || u.Memory < 1<<20 || u.Memory > 1<<34 || u.Processes < 1 || time.Since(u.Started) < 0 || time.Since(u.Started) > time.Hour {
		t.Errorf("got %+v, %v", u, ok)
	}
}
