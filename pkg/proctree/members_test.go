//go:build linux

package proctree_test

import (
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// Members finds what a snapshot finds: the living members, without zombies and without
// those that have started a session of their own.
func TestMembers(t *testing.T) {
	t.Parallel()
	// The leader and one child live; the other children are a zombie and the leader of
	// another session.
	leader := exec.Command("sh", "-c", "sleep 1000 & setsid sleep 1000 & echo; true & exec sleep 1000")
	leader.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := leader.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := leader.Start(); err != nil {
		t.Fatal(err)
	}
	session := leader.Process.Pid
	t.Cleanup(func() {
		table, err := proctree.Snapshot()
		if err != nil {
			t.Error(err)
		}
		for _, p := range table.Descendants(session) {
			_ = proctree.SignalSame(p, syscall.SIGKILL)
		}
		_ = leader.Process.Kill()
		_ = leader.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for ctx, settled := within(t), false; !settled; {
		table, err := proctree.Snapshot()
		if err != nil || ctx.Err() != nil {
			t.Fatalf("children of %d are not there: %v, %v", session, ctx.Err(), err)
		}
		zombies := slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PPID == session && !p.Alive() })
		left := slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PPID == session && p.Session == p.PID })
		settled = zombies && left
	}

	members, err := proctree.Members(session)
	if err != nil {
		t.Fatal(err)
	}
	table, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	got, want := members.PIDs(), table.InSession(session).PIDs()
	slices.Sort(got)
	slices.Sort(want)
	if len(got) != 2 || !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	self, err := proctree.ReadStat(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	both, err := proctree.Members(self.Session, session)
	if err != nil || !slices.Contains(both.PIDs(), os.Getpid()) || !slices.Contains(both.PIDs(), session) {
		t.Errorf("members of two sessions are %v, %v", both.PIDs(), err)
	}
	if none, err := proctree.Members(1 << 30); len(none) != 0 || err != nil {
		t.Errorf("members of no session are %v, %v", none, err)
	}
}
