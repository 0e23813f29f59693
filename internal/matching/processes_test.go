package matching

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

func TestRead(t *testing.T) {
	t.Parallel()
	p := start(t, "two words", "", "a\nb", "\xff")
	if got, ok := read(t, p.Process.Pid); !ok || !slices.Equal(got.Args, p.args) {
		t.Errorf("got %q, want %q", got.Args, p.args)
	}
	p.becomeZombie(t)
	if got, ok := read(t, p.Process.Pid); ok {
		t.Errorf("a zombie is in the table: %+v", got)
	}
}

// TestMainThreadHasExited finds a process whose /proc/PID/cmdline is empty.
func TestMainThreadHasExited(t *testing.T) {
	t.Parallel()
	p := start(t, "thread")
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-tick.C {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.Process.Pid))
		if err == nil && len(text) == 0 {
			break
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the main thread does not exit: %q, %v", text, err)
		}
	}
	if got, ok := read(t, p.Process.Pid); !ok || !slices.Equal(got.Args, p.args) {
		t.Errorf("got %q, want %q", got.Args, p.args)
	}
	if u, ok := UsageOf(p.Process.Pid); !ok || u.Memory == 0 {
		t.Errorf("got %+v, %v", u, ok)
	}
	if err := stop(t, matching(t, "thread"), time.Minute); err != nil {
		t.Error(err)
	}
	if got := p.ended(t); got != syscall.SIGTERM {
		t.Errorf("it was killed by %v", got)
	}
}

// TestReadSkips checks that the table has no processes that are never a service.
func TestReadSkips(t *testing.T) {
	t.Parallel()
	self, err := lineage(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if len(self) < 2 || self[0] != os.Getpid() || self[1] != os.Getppid() {
		t.Fatalf("got the lineage %v of %d, child of %d", self, os.Getpid(), os.Getppid())
	}
	before, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	table, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	if len(table) == 0 && len(before) > len(self) {
		t.Log("no other program runs")
	}
	for _, p := range table {
		if slices.Contains(self, p.PID) {
			t.Errorf("%+v is this program or an ancestor of it", p)
		}
		if len(p.Args) == 0 {
			t.Errorf("%d has no arguments", p.PID)
		}
	}
	for _, s := range before {
		if s.KernelThread() && slices.ContainsFunc(table, func(p Process) bool { return p.PID == s.PID }) {
			t.Errorf("%+v is a kernel thread", s)
		}
	}
}

// TestHostProc sets the variable that leads gopsutil to another process table.
func TestHostProc(t *testing.T) {
	t.Setenv("HOST_PROC", t.TempDir())
	p := start(t)
	if _, ok := read(t, p.Process.Pid); !ok {
		t.Error("the process is not found")
	}
	if u, ok := UsageOf(p.Process.Pid); !ok || u.Memory == 0 {
		t.Errorf("got %+v, %v", u, ok)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	table := Table{{PID: 1, Args: []string{"a"}}, {PID: 2, Args: []string{"b", "x"}}, {PID: 3, Args: []string{"a", "x"}}}
	isA := func(args []string) (bool, error) { return args[0] == "a", nil }
	found, err := table.Find(isA)
	if err != nil || len(found) != 2 || found[0].PID != 1 || found[1].PID != 3 {
		t.Errorf("got %+v, %v", found, err)
	}
	if found, err := table.Find(func([]string) (bool, error) { return false, nil }); err != nil || found != nil {
		t.Errorf("got %+v, %v, want nothing", found, err)
	}
	wrong := errors.New("wrong")
	found, err = table.Find(func(args []string) (bool, error) { return true, map[string]error{"b": wrong}[args[0]] })
	if found != nil || !errors.Is(err, wrong) {
		t.Errorf("got %+v, %v, want %v", found, err, wrong)
	}
}

func TestUsageOf(t *testing.T) {
	t.Parallel()
	before := time.Now()
	p := start(t)
	u, ok := UsageOf(p.Process.Pid)
	const tick = 10 * time.Millisecond // the resolution of the start time, rounded down
	if !ok || u.Started.Before(before.Add(-2*tick)) || u.Started.After(time.Now().Add(tick)) {
		t.Errorf("got %v and the start %s, want one since %s", ok, u.Started, before)
	}
	if u.Memory < 100<<10 || u.Memory > 1<<32 || u.CPU < 0 {
		t.Errorf("got %+v", u)
	}
	p.becomeZombie(t)
	if u, ok := UsageOf(p.Process.Pid); !ok || u.Memory != 0 {
		t.Errorf("got %+v, %v of a zombie", u, ok)
	}
	_ = p.Wait()
	if u, ok := UsageOf(p.Process.Pid); ok {
		t.Errorf("got %+v of a process that is gone", u)
	}
}
