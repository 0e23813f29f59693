package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// host is an environment in which a Go test starts svloop: a directory with a pid file,
// and the mark that identifies all processes of the test.
type host struct {
	testing.TB
	dir, id, pidfile string
}

// newHost returns a host that fails the test if a process remains at its end.
func newHost(t testing.TB) *host {
	h := &host{TB: t, dir: t.TempDir(), id: fmt.Sprintf("%d-%d", os.Getpid(), scripts.Add(1))}
	h.pidfile = filepath.Join(h.dir, "x.pid")
	t.Cleanup(func() { nothingLeft(t, h.id) })
	return h
}

// answer is the result of a command.
type answer struct {
	code           int // as in a shell: 128 plus the number of a signal
	stdout, stderr string
}

func (a answer) String() string {
	return fmt.Sprintf("exit status %d, stdout %q, stderr %q", a.code, a.stdout, a.stderr)
}

// run runs a command on this host. A successful start or an exit status is an answer; any
// other error fails the test.
func (h *host) run(cmd *exec.Cmd) answer {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = h.dir, &stdout, &stderr
	cmd.Env = append(cmd.Env, h.environment()...)
	cmd.WaitDelay = patience
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	err := cmd.Start()
	if err == nil {
		err = cmd.Wait()
	}
	stop()
	a := answer{stdout: stdout.String(), stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		h.Fatalf("%q did not end: %v", cmd.Args, a)
	case errors.As(err, &exit):
		if status := exit.Sys().(syscall.WaitStatus); status.Signaled() {
			a.code = 128 + int(status.Signal())
		} else {
			a.code = exit.ExitCode()
		}
	case err != nil:
		h.Fatalf("%q: %v", cmd.Args, err)
	}
	return a
}

// environment returns the environment of all commands of this host.
func (h *host) environment() []string {
	return append(os.Environ(), mark+"="+h.id, "SVCTL_RUNTIME_DIR="+filepath.Join(h.dir, ".svctl"),
		"PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin:/usr/bin:/bin")
}

func (h *host) svloop(args ...string) answer {
	h.Helper()
	return h.run(exec.Command(filepath.Join(bin, "svloop"), args...))
}

// startArgs start the program of this host as a daemon. The program records each of its
// starts.
func (h *host) startArgs() []string {
	return []string{"-c", "1", "--pidfile", h.pidfile, "--log", filepath.Join(h.dir, "log"),
		"--daemon", "program", "append", filepath.Join(h.dir, "starts"), "serve"}
}

func (h *host) start() answer  { h.Helper(); return h.svloop(h.startArgs()...) }
func (h *host) status() answer { h.Helper(); return h.svloop("--pidfile", h.pidfile, "--status") }
func (h *host) quit() answer   { h.Helper(); return h.svloop("--pidfile", h.pidfile, "--quit") }

// pid returns the pid in the pid file.
func (h *host) pid() int {
	h.Helper()
	text, err := os.ReadFile(h.pidfile)
	check(h, err)
	c, err := pidfile.Parse(text)
	check(h, err)
	if c.PID == 0 {
		h.Fatalf("%q is empty", h.pidfile)
	}
	return c.PID
}

// killInstance kills svloop alone.
func (h *host) killInstance() {
	h.Helper()
	pid := h.pid()
	check(h, syscall.Kill(pid, syscall.SIGKILL))
	h.await("the end of svloop", func() bool { return !isAlive(pid) })
}

// processes returns the pids of the processes with the mark: the copies of the program,
// and all others.
func (h *host) processes() (programs, others []int) {
	for _, p := range marked(h.id) {
		args, _ := proctree.Args(p.PID)
		if len(args) > 1 && filepath.Base(args[0]) == "program" {
			programs = append(programs, p.PID)
		} else {
			others = append(others, p.PID)
		}
	}
	return programs, others
}

// await waits for an expected state.
func (h *host) await(what string, reached func() bool) {
	h.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			programs, others := h.processes()
			h.Fatalf("timed out waiting for %s; programs %v, other processes %v\n%s", what, programs, others, h.log())
		}
	}
}

// wantOneProgram waits for the program of a successful start: between its execve(2) and
// its first instruction the kernel shows no arguments. A second copy is a failure.
func (h *host) wantOneProgram() {
	h.Helper()
	var programs []int
	h.await("a program", func() bool {
		programs, _ = h.processes()
		return len(programs) > 0
	})
	if len(programs) != 1 {
		h.Errorf("programs %v run, want one", programs)
	}
}

func (h *host) log() string {
	text, _ := os.ReadFile(filepath.Join(h.dir, "log"))
	return string(text)
}

// wantNothing waits for the exit of all processes, and expects no file besides those of
// the test.
func (h *host) wantNothing() {
	h.Helper()
	h.await("the end of all processes", func() bool { return len(marked(h.id)) == 0 })
	found, err := filepath.Glob(h.pidfile + "*")
	if err != nil || len(found) > 0 {
		h.Errorf("left behind: %s %v", strings.Join(found, ", "), err)
	}
}
