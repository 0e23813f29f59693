//go:build linux

package supervisor

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestOrphansAreReaped(t *testing.T) {
	var o orphans
	cmd := exec.Command("true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	awaitZombie(t, cmd.Process.Pid)
	now := time.Now()
	o.look(now)
	if !isZombie(cmd.Process.Pid) {
		t.Error("reaped without an exit")
	}
	o.exited(now)
	for range 2 {
		o.look(now)
		if !isZombie(cmd.Process.Pid) {
			t.Error("reaped too early")
		}
		now = now.Add(lingering)
		o.look(now)
	}
	if isZombie(cmd.Process.Pid) {
		t.Error("it was not reaped")
	}
	if err := cmd.Wait(); err == nil {
		t.Error("another part has waited for it")
	}
}

// A svloop that was killed is reaped at once, and so is its program, which this process has
// adopted. Nothing else is, even if it has the pid by which the program was known.
func TestSessionIsReaped(t *testing.T) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	ofKernel := hasAutogroups
	t.Cleanup(func() { hasAutogroups = ofKernel })
	hasAutogroups = func() bool { return true }
	svloop, program, fd := startSession(t)
	s := session{svloop: svloop, program: program}
	s.reap(fd)
	if err := errors.Join(unix.Kill(svloop, 0), unix.Kill(program, 0)); err != nil {
		t.Fatalf("they have ended before they were killed: %v", err)
	}
	killAndAwait(t, svloop, program)
	hasAutogroups = func() bool { return false }
	s.reap(fd)
	if !isZombie(svloop) || !isZombie(program) {
		t.Error("without autogroups the zombies are not kept")
	}
	hasAutogroups = func() bool { return true }
	s.reap(fd)
	for _, pid := range []int{svloop, program} {
		if err := unix.Kill(pid, 0); err != unix.ESRCH {
			t.Errorf("%d was not reaped: %v", pid, err)
		}
	}
	s.reap(fd) // has no effect

	other := exec.Command("true")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	svloop, program, fd = startSession(t)
	awaitZombie(t, other.Process.Pid)
	killAndAwait(t, svloop, program)
	session{svloop: svloop, program: other.Process.Pid}.reap(fd)
	if isZombie(svloop) || !isZombie(program) {
		t.Errorf("svloop was not reaped: %v; its unknown program was: %v", isZombie(svloop), !isZombie(program))
	}
	if err := other.Wait(); err != nil {
		t.Errorf("the other process was reaped too: %v", err)
	}
	reapChild(unix.P_PID, program)
}

// startSession starts a leader of a session with one child, and returns a pidfd of it.
func startSession(t *testing.T) (leader, child, fd int) {
	t.Helper()
	cmd := exec.Command("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscan(out, &child); err != nil {
		t.Fatal(err)
	}
	if fd, err = openPidfd(cmd.Process.Pid); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		closeFD(fd)
		out.Close()
	})
	return cmd.Process.Pid, child, fd
}

// killAndAwait kills children of this process. Those of the first become its own.
func killAndAwait(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if err := unix.Kill(pid, unix.SIGKILL); err != nil {
			t.Fatal(err)
		}
		awaitZombie(t, pid)
	}
}

func isZombie(pid int) bool { return exitedChild(unix.P_PID, pid) }

func awaitZombie(t *testing.T, pid int) {
	t.Helper()
	if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatalf("cannot wait for %d: %v", pid, err)
	}
}
