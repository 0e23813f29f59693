package integration

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// TestKilledAtEveryCall kills svloop at each of its system calls, in a run of its own,
// and expects exactly one running program after the next start.
func TestKilledAtEveryCall(t *testing.T) {
	needStrace(t)
	t.Parallel()
	for _, half := range halves {
		t.Run(half.name, func(t *testing.T) {
			t.Parallel()
			calls := half.countCalls(t)
			if len(calls) == 0 {
				t.Fatal("no calls were counted")
			}
			var runs, killed atomic.Int64
			t.Cleanup(func() {
				t.Logf("%d runs, killed in %d, calls %v", runs.Load(), killed.Load(), calls)
				// The distribution of the calls over threads varies slightly from run to run.
				if killed.Load() < runs.Load()/2 {
					t.Errorf("of %d runs svloop was killed in %d only", runs.Load(), killed.Load())
				}
			})
			for _, name := range slices.Sorted(maps.Keys(calls)) {
				for k := range calls[name] {
					t.Run(fmt.Sprintf("%s-%d", name, k+1), func(t *testing.T) {
						t.Parallel()
						runs.Add(1)
						if half.killAt(t, name, k+1) {
							killed.Add(1)
						}
					})
				}
			}
		})
	}
}

// killAt performs one run, and reports whether the call was reached.
func (in injector) killAt(t *testing.T, name string, k int) bool {
	h := newHost(t)
	in.before.prepare(h)
	trace := filepath.Join(h.dir, "trace")
	in.act(h, "-o", trace, "-e", "trace="+name, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", name, k))
	// The process that was not killed may still be starting.
	h.await("the end of the start", func() bool {
		_, others := h.processes()
		return len(others) == 0 || h.status().code == 0
	})
	h.wantOneAfterStart()
	h.wantQuit()
	text, err := os.ReadFile(trace)
	check(t, err)
	return strings.Contains(string(text), "+++ killed by SIGKILL +++")
}

var heldBy = regexp.MustCompile(`^svloop: cannot claim pid file: pid file ".*" is held by pid \d+\n$`)

// wantOneAfterStart starts svloop and expects one running program. The instance under
// strace may still run, and be killed at its next call: then a quit comes first.
func (h *host) wantOneAfterStart() {
	h.Helper()
	a := h.start()
	if a.code != 0 {
		if !heldBy.MatchString(a.stderr) {
			h.Fatalf("next start: %v", a)
		}
		if programs, _ := h.processes(); len(programs) > 1 {
			h.Errorf("programs %v run, want one", programs)
		}
		h.wantQuit()
		a = h.start()
	}
	if want := fmt.Sprintf("svloop (pid %d) started\n", h.pid()); a.code != 0 || a.stdout != want || a.stderr != "" {
		h.Fatalf("next start: %v", a)
	}
	h.wantOneProgram()
	if a, want := h.status(), fmt.Sprintf("svloop (pid %d) is running\n", h.pid()); a.code != 0 || a.stdout != want {
		h.Errorf("status: %v", a)
	}
}

// wantQuit quits any instance, and expects that nothing remains.
func (h *host) wantQuit() {
	h.Helper()
	a := h.quit()
	if a.code != 0 || a.stderr != "" {
		h.Errorf("quit: %v", a)
	}
	if programs, _ := h.processes(); len(programs) > 0 {
		h.Errorf("after the quit programs %v run", programs)
	}
	if h.wantNothing(); h.Failed() {
		h.Logf("after quit: %v\n%s", a, h.log())
	}
}
