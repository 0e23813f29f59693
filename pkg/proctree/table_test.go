//go:build linux

package proctree_test

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// family is a table with two sessions, a zombie with a living child, and a cycle, which
// is possible because a table is not atomic.
var family = proctree.Table{
	{PID: 1, State: 'S', PPID: 0, PGID: 1, Session: 1},
	{PID: 10, State: 'S', PPID: 1, PGID: 10, Session: 10},
	{PID: 11, State: 'S', PPID: 10, PGID: 10, Session: 10},
	{PID: 12, State: 'Z', PPID: 10, PGID: 12, Session: 10},
	{PID: 13, State: 'T', PPID: 12, PGID: 12, Session: 13},
	{PID: 14, State: 'R', PPID: 13, PGID: 14, Session: 13},
	{PID: 20, State: 'S', PPID: 21, PGID: 20, Session: 20},
	{PID: 21, State: 'S', PPID: 20, PGID: 20, Session: 20},
}

func TestTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		got  proctree.Table
		want []int
	}{
		{"session", family.InSession(10), []int{10, 11}},
		{"session with a stopped process", family.InSession(13), []int{13, 14}},
		{"no session", family.InSession(99), []int{}},
		{"group", family.InGroup(10), []int{10, 11}},
		{"group of a zombie", family.InGroup(12), []int{13}},
		{"descendants through a zombie", family.Descendants(10), []int{11, 13, 14}},
		{"descendants of all", family.Descendants(1), []int{10, 11, 13, 14}},
		{"descendants of a leaf", family.Descendants(14), []int{}},
		{"descendants in a circle", family.Descendants(20), []int{21}},
		{"empty table", proctree.Table(nil).Descendants(1), []int{}},
	}
	for _, test := range tests {
		if got := test.got.PIDs(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestSnapshotHoldsThisProcess(t *testing.T) {
	t.Parallel()
	table, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(table, func(s proctree.Stat) bool { return s.PID == os.Getpid() })
	if i < 0 {
		t.Fatalf("no process %d among %d", os.Getpid(), len(table))
	}
	self := table[i]
	sid, err := unix.Getsid(0)
	if err != nil {
		t.Fatal(err)
	}
	if self.PPID != os.Getppid() || self.PGID != unix.Getpgrp() || self.Session != sid || !self.Alive() || self.KernelThread() {
		t.Errorf("this process is %+v", self)
	}
	if age := time.Since(self.StartTime()); age < 0 || age > time.Hour {
		t.Errorf("this process started %s ago", age)
	}
	// A start time has the resolution of a tick, and the clock was read twice in between.
	if d := int64(proctree.Ticks(self.StartTime())) - int64(self.Start); d < -1 || d > 1 {
		t.Errorf("the ticks of the start time differ by %d", d)
	}
}

func TestTicksBeforeTheBoot(t *testing.T) {
	t.Parallel()
	if got := proctree.Ticks(proctree.BootTime().Add(-time.Hour)); got != 0 {
		t.Errorf("ticks before the boot: %d", got)
	}
}

func TestReadStatOfNobody(t *testing.T) {
	t.Parallel()
	_, err := proctree.ReadStat(1 << 30)
	if !errors.Is(err, proctree.ErrGone) {
		t.Errorf("ReadStat of a number that Linux does not give: %v", err)
	}
	if !dying(t, 1<<30) {
		t.Error("who does not exist is not dying")
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()
	got, err := proctree.Args(os.Getpid())
	if err != nil || !slices.Equal(got, os.Args) {
		t.Errorf("Args = %q, %v; want %q", got, err, os.Args)
	}
}

func TestDying(t *testing.T) {
	t.Parallel()
	child := startChild(t, false)
	pid := child.Process.Pid
	h, err := proctree.Open(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if dying(t, pid) {
		t.Error("a living child is dying")
	}
	if err := h.Signal(unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if !dying(t, pid) {
		t.Error("a child that was sent KILL is not dying")
	}
	if err := h.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if !dying(t, pid) {
		t.Error("a zombie is not dying")
	}
	if args, err := proctree.Args(pid); args != nil || err != nil {
		t.Errorf("Args of a zombie = %q, %v", args, err)
	}
}

func dying(t *testing.T, pid int) bool {
	t.Helper()
	is, err := proctree.Dying(pid)
	if err != nil {
		t.Error(err)
	}
	return is
}

func BenchmarkSnapshot(b *testing.B) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		table, err := proctree.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		n = len(table)
	}
	b.ReportMetric(float64(n), "processes")
}

func BenchmarkDescendants(b *testing.B) {
	// Each process has two children.
	table := make(proctree.Table, 3000)
	for i := range table {
		table[i] = proctree.Stat{PID: i + 1, PPID: (i + 1) / 2, State: 'S'}
	}
	b.ReportAllocs()
	for b.Loop() {
		if n := len(table.Descendants(1)); n != 2999 {
			b.Fatalf("%d descendants", n)
		}
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	if real, saved, err := proctree.Users(os.Getpid()); err != nil || real != os.Getuid() || saved != os.Geteuid() {
		t.Errorf("the users of this process are %d, %d, %v", real, saved, err)
	}
	if _, _, err := proctree.Users(1 << 30); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("the users of nobody: %v", err)
	}
}
