//go:build linux

package proctree_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

func open(t *testing.T, pid int) *proctree.Handle {
	t.Helper()
	h, err := proctree.Open(pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

func TestHandleThroughALife(t *testing.T) {
	t.Parallel()
	child := startChild(t, false)
	h := open(t, child.Process.Pid)
	if h.PID != child.Process.Pid || h.PPID != os.Getpid() {
		t.Errorf("the handle is on %+v", h.Stat)
	}
	if h.Exited() {
		t.Error("a living process has exited")
	}
	if err := h.Signal(0); err != nil {
		t.Errorf("signal 0 to a living process: %v", err)
	}
	if err := h.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := h.Wait(within(t)); err != nil {
		t.Fatalf("waiting for the end: %v", err)
	}
	if !h.Exited() {
		t.Error("a zombie has not exited")
	}
	if err := h.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("signal to a zombie: %v", err)
	}
	zombie := open(t, child.Process.Pid)
	if zombie.Alive() || !zombie.Exited() {
		t.Errorf("a handle on a zombie: %+v", zombie.Stat)
	}
	_ = child.Wait()
	if err := h.Signal(0); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("signal to a reaped process: %v", err)
	}
	if !h.Exited() {
		t.Error("a reaped process has not exited")
	}
	if err := h.Wait(within(t)); err != nil {
		t.Errorf("waiting for the end once more: %v", err)
	}
}

func TestOpenNobody(t *testing.T) {
	t.Parallel()
	child := startChild(t, false)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if h, err := proctree.Open(1 << 22); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("Open of a number that Linux does not give = %v, %v", h, err)
	}
	for _, pid := range []int{0, -1} {
		if h, err := proctree.Open(pid); err == nil {
			t.Errorf("Open(%d) = %+v", pid, h.Stat)
		}
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	child := startChild(t, false)
	h := open(t, child.Process.Pid)
	because := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(because)
	if err := h.Wait(ctx); !errors.Is(err, because) {
		t.Errorf("waiting with a context that is done: %v", err)
	}
	ctx, cancel = context.WithCancelCause(t.Context())
	go cancel(because)
	if err := h.Wait(ctx); !errors.Is(err, because) {
		t.Errorf("waiting with a context that ends: %v", err)
	}
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if err := h.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a millisecond: %v", err)
	}
	// An earlier wait that was canceled does not affect the next.
	if err := h.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := h.Wait(within(t)); err != nil {
		t.Errorf("waiting after the waits that were given up: %v", err)
	}
}

func TestClosedHandle(t *testing.T) {
	t.Parallel()
	h, err := proctree.Open(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Signal(0); err == nil {
		t.Error("a closed handle can signal")
	}
	if err := h.Wait(t.Context()); err == nil {
		t.Error("a closed handle can wait")
	}
	if err := h.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closing a handle twice: %v", err)
	}
}

func TestSignalSame(t *testing.T) {
	t.Parallel()
	child := startChild(t, false)
	s, err := proctree.ReadStat(child.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	earlier := s
	earlier.Start--
	if err := proctree.SignalSame(earlier, syscall.SIGKILL); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("signal to the bearer of the number before: %v", err)
	}
	if err := proctree.SignalSame(s, syscall.SIGSTOP); err != nil {
		t.Errorf("signal: %v", err)
	}
	awaitStopped(t, s.PID)
	if now, err := proctree.ReadStat(s.PID); err != nil || !now.Stopped() || !now.Alive() {
		t.Errorf("after STOP it is %+v (%v)", now, err)
	}
}

func TestSetsAreFoundAnew(t *testing.T) {
	t.Parallel()
	leader := startChild(t, true)
	pid := leader.Process.Pid
	session := inSession(pid)
	table, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	members := session(table)
	if !slices.Equal(members.PIDs(), []int{pid}) {
		t.Fatalf("session %d has %v", pid, members.PIDs())
	}
	listed := proctree.Listed(members)
	recycled := slices.Clone(members)
	recycled[0].Start--
	sets := []struct {
		name string
		set  proctree.Set
		gone bool
	}{
		{"session", session, false},
		{"list", listed, false},
		{"list with an earlier bearer of the number", proctree.Listed(recycled), true},
		{"empty list", proctree.Listed(nil), true},
		{"no session", inSession(1 << 22), true},
	}
	for _, test := range sets {
		if gone, err := test.set.Gone(); gone != test.gone || err != nil {
			t.Errorf("%s: gone %v, %v", test.name, gone, err)
		}
	}
	if err := proctree.Listed(recycled).Signal(syscall.SIGKILL); err != nil {
		t.Errorf("signal to nobody: %v", err)
	}
	if err := listed.Signal(0); err != nil {
		t.Errorf("the child did not survive a signal to the earlier bearer of its number: %v", err)
	}
	schedule := proctree.Schedule{{Signal: syscall.SIGTERM, Grace: patience}, {Signal: syscall.SIGKILL}}
	if err := proctree.Stop(within(t), session, schedule, nil); err != nil {
		t.Fatal(err)
	}
	for _, test := range sets {
		if gone, err := test.set.Gone(); !gone || err != nil {
			t.Errorf("%s after the stop: gone %v, %v", test.name, gone, err)
		}
	}
	if err := session.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("signal to a session without living members: %v", err)
	}
}

// A stopped process handles TERM only after CONT.
func TestStopEndsAStoppedProcess(t *testing.T) {
	t.Parallel()
	child := startChild(t, true)
	pid := child.Process.Pid
	if err := child.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	awaitStopped(t, pid)
	schedule := proctree.Schedule{{Signal: syscall.SIGTERM, Grace: patience}}
	if err := proctree.Stop(within(t), inSession(pid), schedule, nil); err != nil {
		t.Error(err)
	}
}

// inSession returns the set of the living members of a session.
func inSession(sid int) proctree.Set {
	return func(t proctree.Table) proctree.Table { return t.InSession(sid) }
}
