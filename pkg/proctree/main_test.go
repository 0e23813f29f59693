//go:build linux

package proctree_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// role is the variable that makes the test binary a child of a test: one that lives until
// its standard input is closed; "poor", one without descriptors; or "thread", one whose main
// thread exits.
const role = "PROCTREE_TEST_ROLE"

// The function init runs in the main thread, and so does TestMain then.
func init() {
	if os.Getenv(role) == "thread" {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "":
	case "poor":
		lookWithoutDescriptors()
		return
	case "thread":
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
		_, _, _ = unix.Syscall(unix.SYS_EXIT, 0, 0, 0) // only this thread
	default:
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for an event.
const patience = time.Minute

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// startChild starts a process that lives until it is killed or the test is over.
func startChild(t testing.TB, session bool) *exec.Cmd {
	t.Helper()
	return startRole(t, "wait", session)
}

func startRole(t testing.TB, name string, session bool) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	// With the race detector it would sleep for a second at its exit.
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", role+"="+name)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: session}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Wait() // the error means that the test has killed it
	})
	return cmd
}

// awaitStopped returns when a signal has stopped a child.
func awaitStopped(t testing.TB, pid int) {
	t.Helper()
	var status unix.WaitStatus
	if _, err := unix.Wait4(pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() {
		t.Fatalf("waiting for process %d to stop: status %#x, %v", pid, status, err)
	}
}
