//go:build linux

package proctree_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// startWithoutMainThread starts the leader of a session, and returns when its main thread
// has exited.
func startWithoutMainThread(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := startRole(t, "thread", true)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for ctx := within(t); lineOf(t, cmd.Process.Pid).State != 'Z'; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the main thread does not exit")
		}
	}
	return cmd
}

// lineOf returns the line of the kernel.
func lineOf(t *testing.T, pid int) proctree.Stat {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	s, err := proctree.ParseStat(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The kernel shows a process whose main thread has exited as a zombie that is exiting, and
// without memory and command line. It lives as long as its last thread.
func TestMainThreadHasExited(t *testing.T) {
	t.Parallel()
	child := startWithoutMainThread(t)
	pid := child.Process.Pid
	if s := lineOf(t, pid); !s.Alive() || !s.Exiting() || s.Threads < 2 {
		t.Errorf("the line of the kernel: %+v", s)
	}
	h := open(t, pid)
	if s := h.Stat; !s.Alive() || s.State == 'Z' || s.Exiting() || s.PID != pid || s.PPID != os.Getpid() || s.Session != pid || s.Resident == 0 {
		t.Errorf("it is %+v", s)
	}
	if h.Exited() || dying(t, pid) {
		t.Errorf("it has exited: %v, is dying: %v", h.Exited(), dying(t, pid))
	}
	if args, err := proctree.Args(pid); err != nil || !slices.Equal(args, child.Args) {
		t.Errorf("its arguments are %q, %v, want %q", args, err, child.Args)
	}
	table, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	members, err := proctree.Members(pid)
	if err != nil {
		t.Fatal(err)
	}
	list := proctree.Listed(proctree.Table{h.Stat})
	for name, found := range map[string]proctree.Table{
		"Members": members, "InSession": table.InSession(pid), "InGroup": table.InGroup(pid), "Listed": list(table),
	} {
		if !slices.Equal(found.PIDs(), []int{pid}) {
			t.Errorf("%s finds %v", name, found.PIDs())
		}
	}
	if !slices.Contains(table.Descendants(os.Getpid()).PIDs(), pid) {
		t.Error("it is not a descendant")
	}

	if err := h.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	awaitStopped(t, pid)
	if s, err := proctree.ReadStat(pid); err != nil || !s.Stopped() || !s.Alive() {
		t.Errorf("after STOP it is %+v, %v", s, err)
	}
	if err := proctree.Stop(within(t), list, proctree.Schedule{{Signal: syscall.SIGKILL}}, nil); err != nil {
		t.Error(err)
	}
	if s, err := proctree.ReadStat(pid); err != nil || s.Alive() || s.Threads != 1 || !h.Exited() || !dying(t, pid) {
		t.Errorf("after KILL it is %+v, %v, has exited: %v", s, err, h.Exited())
	}
}

// Stop waits for the last thread.
func TestStopWithoutMainThread(t *testing.T) {
	t.Parallel()
	child := startWithoutMainThread(t)
	list := proctree.Listed(proctree.Table{open(t, child.Process.Pid).Stat})
	if gone, err := list.Gone(); gone || err != nil {
		t.Errorf("gone: %v, %v", gone, err)
	}
	if err := proctree.Stop(within(t), list, proctree.Schedule{{Signal: syscall.SIGTERM}}, nil); err != nil {
		t.Error(err)
	}
	_ = child.Wait()
	if got := child.ProcessState.Sys().(syscall.WaitStatus).Signal(); got != syscall.SIGTERM {
		t.Errorf("it was killed by %v", got)
	}
}
