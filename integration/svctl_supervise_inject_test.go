package integration

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// mostInjected is how many of the calls of a supervisor are tried without SVCTL_SOAK.
const mostInjected = 40

// ofChildren are calls that only children make, before they execute a program: a kill
// there is a failed start, each time.
const ofChildren = ",chdir,dup3,execve,setpgid,setsid,exit_group"

// TestSuperviseKilledAtCalls kills a supervisor at its system calls, in a run for each:
// while it starts services, repairs them, reloads its configuration and ends. The next
// supervisor takes over, with one copy of each program, and its end leaves nothing.
func TestSuperviseKilledAtCalls(t *testing.T) {
	needStrace(t)
	t.Parallel()
	in := injector{name: "supervisor", calls: outward + ofChildren, act: lifeOfSupervisor}
	calls := in.countCalls(t)
	type point struct {
		call string
		k    int
	}
	var points []point
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		if strings.HasPrefix(name, "syscall_") { // strace cannot trace what it does not know
			continue
		}
		for k := range calls[name] {
			points = append(points, point{name, k + 1})
		}
	}
	if len(points) == 0 {
		t.Fatal("no calls were counted")
	}
	every := 1
	if os.Getenv("SVCTL_SOAK") == "" {
		every = max(1, len(points)/mostInjected)
	}
	var runs, killed atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d of %d calls, killed in %d, calls %v", runs.Load(), len(points), killed.Load(), calls)
		if killed.Load() < runs.Load()/3 { // calls are counted for each thread, and vary from run to run
			t.Errorf("of %d runs the supervisor was killed in %d only", runs.Load(), killed.Load())
		}
	})
	for i := 0; i < len(points); i += every {
		p := points[i]
		t.Run(fmt.Sprintf("%s-%d", p.call, p.k), func(t *testing.T) {
			t.Parallel()
			runs.Add(1)
			h := newHost(t)
			trace := filepath.Join(h.dir, "trace")
			in.act(h, "-o", trace, "-e", "trace="+p.call, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", p.call, p.k))
			s := supervisedOn(h)
			s.supervise("60", "--store", filepath.Join(h.dir, "store"))
			s.awaitStates("running", "d", "new", "c")
			for _, name := range []string{"d", "c", "new"} {
				s.wantOneCopy(name)
			}
			s.quitSupervisor()
			s.wantClean()
			text, err := os.ReadFile(trace)
			check(t, err)
			if strings.Contains(string(text), "+++ killed by SIGKILL +++") {
				killed.Add(1)
			}
		})
	}
}

// lifeOfSupervisor has a supervisor under strace start services, repair one, reload its
// configuration and end, or as much of that as it survives.
func lifeOfSupervisor(h *host, options ...string) answer {
	h.Helper()
	s := supervisedOn(h)
	s.configure(daemonEntry("d") + controlEntry("c") + daemonEntry("old"))
	words := slices.Concat(tracing, options, []string{filepath.Join(bin, "svctl")}, s.superviseArgs("60", "--store", filepath.Join(h.dir, "store")))
	cmd := exec.Command("strace", words...)
	cmd.Env = s.command().Env
	over := make(chan answer, 1)
	go func() { over <- h.run(cmd) }()
	var end *answer
	reached := func(what string, reached func() bool) {
		h.await(what, func() bool {
			select {
			case a := <-over:
				end = &a
			default:
			}
			return end != nil || reached()
		})
	}
	reached("the start", func() bool {
		states := s.states()
		return states["d"] == "running" && states["c"] == "running" && states["old"] == "running"
	})
	if program := s.programOf("d"); end == nil && program != 0 {
		_ = unix.Kill(program, unix.SIGKILL)
		reached("the repair", func() bool { now := s.programOf("d"); return now != 0 && now != program })
	}
	s.configure(daemonEntry("d") + controlEntry("c") + daemonEntry("new"))
	if end == nil {
		s.Logf("reload: %v", s.svctl("supervise", "--pidfile", s.supfile, "--reload"))
		reached("the reload", func() bool { return s.states()["new"] == "running" && !s.exists("old.pid") })
	}
	if end == nil {
		s.Logf("quit: %v", s.svctl("supervise", "--pidfile", s.supfile, "--quit"))
		reached("the end", func() bool { return false })
	}
	if s.exists("old.pid") { // the configuration does not name it any more
		h.svloop("--pidfile", filepath.Join(h.dir, "old.pid"), "--quit")
	}
	return *end
}

// wantOneCopy expects one program of a service to hold its lock. It waits for the program:
// between its execve(2) and its first instruction the kernel shows no arguments.
func (s *supervised) wantOneCopy(name string) {
	s.Helper()
	programs := 0
	s.await("a copy of "+name, func() bool {
		programs = 0
		for _, p := range marked(s.id) {
			if isCopy(p.PID, filepath.Join(s.dir, name)) {
				programs++
			}
		}
		return programs > 0
	})
	if programs > 1 {
		s.Errorf("%d copies of %s run", programs, name)
	}
}

// wantClean expects no files but those of the test, what svctl apply compares with, the
// lock of a service that a killed supervisor acted on and that is gone, and a note that was
// not finished, which the next note replaces.
func (s *supervised) wantClean() {
	s.Helper()
	for _, pattern := range []string{"*.pid*", "store.new", ".svctl/*"} {
		found, err := filepath.Glob(filepath.Join(s.dir, pattern))
		found = slices.DeleteFunc(found, func(path string) bool {
			name := filepath.Base(path)
			return strings.HasPrefix(name, "applied-") || strings.HasPrefix(name, "old-") && strings.HasSuffix(name, ".lock") ||
				strings.HasSuffix(name, ".note.new")
		})
		if check(s, err); len(found) > 0 {
			s.Errorf("left behind: %s", strings.Join(found, ", "))
		}
	}
}
