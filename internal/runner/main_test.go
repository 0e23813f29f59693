package runner

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/pkg/proctree"
)

// The test binary is executed again to run a command, as svctl is.
func TestMain(m *testing.M) {
	if code, played := reexec.Play(os.Args, Roles...); played {
		os.Exit(code)
	}
	// With -race every process sleeps for a second at its exit by default.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(m.Run())
}

// shell returns a command that a shell runs.
func shell(script string) Command {
	return Command{Argv: []string{"/bin/sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}, Dir: "/"}
}

// lines collects the output of a command.
type lines struct {
	mu   sync.Mutex
	all  []string
	seen func(all []string) // called for each line, unless nil
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, line)
	if l.seen != nil {
		l.seen(l.all)
	}
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// runToEnd runs a command that has to exit by itself.
func runToEnd(t *testing.T, c Command) (Result, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var output lines
	r := Run(ctx, c, output.add)
	if ctx.Err() != nil {
		t.Fatalf("%q has not ended", c.Argv)
	}
	return r, output.String()
}

// pidsOf reads the lines "NAME PID" of an output.
func pidsOf(t *testing.T, output string) map[string]int {
	t.Helper()
	pids := make(map[string]int)
	for line := range strings.Lines(output) {
		name, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		pid, err := strconv.Atoi(number)
		if err != nil || pid < 2 {
			t.Fatalf("no pid in %q", line)
		}
		pids[name] = pid
	}
	return pids
}

// alive returns which of these processes exist.
func alive(pids map[string]int) []string {
	var found []string
	for name, pid := range pids {
		if s, err := proctree.ReadStat(pid); err == nil && s.Alive() {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// kill kills processes that a command has left, and waits for their exit.
func kill(t *testing.T, pids map[string]int) {
	t.Helper()
	for name, pid := range pids {
		h, err := proctree.Open(pid)
		if err != nil {
			continue
		}
		defer h.Close()
		_ = h.Signal(syscall.SIGKILL)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		if err := h.Wait(ctx); err != nil {
			t.Errorf("%s, pid %d, has not ended: %v", name, pid, err)
		}
		cancel()
	}
}
