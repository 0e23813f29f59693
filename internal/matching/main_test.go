package matching

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// fake begins the argv[0] under which the test binary acts as a service.
const fake = "processes-test "

// The function init runs in the main thread, and so does play then.
func init() {
	if slices.Contains(os.Args, "thread") {
		runtime.LockOSThread()
	}
}

func TestMain(m *testing.M) {
	if strings.HasPrefix(os.Args[0], fake) {
		play()
		return
	}
	os.Exit(m.Run())
}

// play runs until it is killed, or until the test has exited and closed its
// standard input. With the word "thread", its main thread exits.
func play() {
	if slices.Contains(os.Args, "stubborn") {
		signal.Ignore(syscall.SIGTERM)
	}
	fmt.Println("ready")
	if slices.Contains(os.Args, "thread") {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
		_, _, _ = unix.Syscall(unix.SYS_EXIT, 0, 0, 0) // only this thread
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// service is a fake service.
type service struct {
	*exec.Cmd
	args []string
}

// start starts a fake service with the name of the test, and returns once it is
// ready.
func start(t *testing.T, args ...string) *service {
	t.Helper()
	p := &service{exec.Command("/proc/self/exe"), append([]string{fake + t.Name()}, args...)}
	p.Args = p.args
	p.Stderr = os.Stderr
	if _, err := p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
	})
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q, %v from %q", line, err, p.args)
	}
	return p
}

// ended waits until the process has exited, and returns the signal that killed it.
func (p *service) ended(t *testing.T) syscall.Signal {
	t.Helper()
	_ = p.Wait()
	return p.ProcessState.Sys().(syscall.WaitStatus).Signal()
}

// becomeZombie kills the process and waits until it is a zombie.
func (p *service) becomeZombie(t *testing.T) {
	t.Helper()
	h, err := proctree.Open(p.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := h.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := h.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err := proctree.ReadStat(p.Process.Pid); err != nil || s.State != 'Z' {
		t.Fatalf("got %+v, %v, want a zombie", s, err)
	}
}

// read returns a process from a newly read table.
func read(t *testing.T, pid int) (Process, bool) {
	t.Helper()
	table, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range table {
		if p.PID == pid {
			return p, true
		}
	}
	return Process{}, false
}
