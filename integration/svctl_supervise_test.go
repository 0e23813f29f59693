package integration

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// superviseHost is a host with a supervisor.
type superviseHost struct{ *host }

func (h superviseHost) svctl(args ...string) answer {
	h.Helper()
	return h.run(exec.Command(filepath.Join(bin, "svctl"), append([]string{"--conf", filepath.Join(h.dir, "svctl.conf")}, args...)...))
}

func (h superviseHost) supervise(args ...string) answer {
	h.Helper()
	return h.svctl(append([]string{"--log", "file", "--logfile", filepath.Join(h.dir, "log"), "--loglevel", "info",
		"supervise", "--pidfile", h.pidfile, "--interval", "1"}, args...)...)
}

// copies returns how many programs of each service run.
func (h superviseHost) copies() map[string]int {
	found := make(map[string]int)
	for _, p := range marked(h.id) {
		if args, _ := proctree.Args(p.PID); len(args) == 3 && filepath.Base(args[0]) == "program" && args[1] == "serve" {
			found[args[2]]++
		}
	}
	return found
}

func (h superviseHost) configure(names []string, strategy string) {
	h.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "<entry>\ntype = supervisor\nname = g\nstrategy = %s\nwindow = 1000\nadjustments = 999\n<children>\n", strategy)
	for _, name := range names {
		fmt.Fprintf(&b, "<entry>\ntype = service\nname = %s\nstart = program serve %[1]s\ndaemon = %s\n</entry>\n", name, filepath.Join(h.dir, name+".pid"))
	}
	b.WriteString("</children>\n</entry>\n")
	check(h, os.WriteFile(filepath.Join(h.dir, "svctl.conf"), []byte(b.String()), 0o644))
}

// TestSuperviseUnderKills kills the processes of the services in random order, and the
// supervisor now and then. There are never two copies of a program, and in the end all
// run.
func TestSuperviseUnderKills(t *testing.T) {
	t.Parallel()
	for _, strategy := range []string{"one_for_one", "rest_for_one", "one_for_all"} {
		t.Run(strategy, func(t *testing.T) {
			t.Parallel()
			h := superviseHost{newHost(t)}
			names := []string{"a", "b", "c"}
			h.configure(names, strategy)
			start := func() {
				if a := h.supervise("--daemon"); a.code != 0 {
					t.Fatalf("start: %s\n%s", a, h.log())
				}
			}
			start()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			for i := range 30 {
				supervisor := h.pid()
				var victims []int
				for _, p := range marked(h.id) {
					if p.PID != supervisor {
						victims = append(victims, p.PID)
					}
				}
				victim := supervisor
				if len(victims) > 0 && i%10 != 9 {
					victim = victims[random.IntN(len(victims))]
				}
				_ = syscall.Kill(victim, syscall.SIGKILL) // it may have exited meanwhile
				h.await("its end", func() bool { return !isAlive(victim) })
				for name, n := range h.copies() {
					if n > 1 {
						t.Errorf("%d copies of %s run after kill %d", n, name, i)
					}
				}
				if victim == supervisor {
					start()
				}
			}
			h.await("all services", func() bool {
				found := h.copies()
				return h.svctl("check").code == 0 && len(found) == len(names)
			})
			for name, n := range h.copies() {
				if n != 1 {
					t.Errorf("%d copies of %s run", n, name)
				}
			}
			if a := h.supervise("--quit"); a.code != 0 {
				t.Errorf("quit: %s", a)
			}
			h.await("the end of all processes", func() bool { return len(marked(h.id)) == 0 })
		})
	}
}

// TestSuperviseTakesOver kills the supervisor at any moment of its start and of its work,
// and starts it again. The next one finishes, and restarts nothing that runs.
func TestSuperviseTakesOver(t *testing.T) {
	t.Parallel()
	h := superviseHost{newHost(t)}
	names := []string{"a", "b", "c", "d"}
	h.configure(names, "one_for_one")
	for i := range 12 {
		cmd := exec.Command(filepath.Join(bin, "svctl"), "--conf", filepath.Join(h.dir, "svctl.conf"), "--log", "null", "supervise", "--pidfile", h.pidfile)
		cmd.Env = h.environment()
		check(t, cmd.Start())
		before := h.copies()
		timer := time.AfterFunc(time.Duration(i*i)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
		for name, n := range h.copies() {
			if n > 1 {
				t.Errorf("%d copies of %s run", n, name)
			}
		}
		for name := range before {
			h.await("the program of "+name, func() bool { return h.copies()[name] == 1 })
		}
	}
	if a := h.supervise("--daemon"); a.code != 0 || a.stderr != "" {
		t.Fatalf("start: %s\n%s", a, h.log())
	}
	if found := h.copies(); len(found) != len(names) {
		t.Errorf("copies %v", found)
	}
	running := make(map[int]bool)
	for _, p := range marked(h.id) {
		running[p.PID] = true
	}
	check(t, syscall.Kill(h.pid(), syscall.SIGKILL))
	h.await("the end of the supervisor", func() bool { return h.supervise("--status").code == 1 })
	if a := h.supervise("--daemon"); a.code != 0 || a.stderr != "" {
		t.Fatalf("start: %s\n%s", a, h.log())
	}
	supervisor := h.pid()
	for _, p := range marked(h.id) {
		if !running[p.PID] && p.PID != supervisor {
			args, _ := proctree.Args(p.PID)
			t.Errorf("process %d was started: %q\n%s", p.PID, args, h.log())
		}
	}
	if a := h.supervise("--quit"); a.code != 0 {
		t.Errorf("quit: %s", a)
	}
	h.await("the end of all processes", func() bool { return len(marked(h.id)) == 0 })
}

// TestSuperviseAllKilled kills all services at once.
func TestSuperviseAllKilled(t *testing.T) {
	t.Parallel()
	h := superviseHost{newHost(t)}
	var names []string
	for i := range 50 {
		names = append(names, fmt.Sprintf("s%d", i))
	}
	h.configure(names, "one_for_one")
	if a := h.supervise("--daemon"); a.code != 0 || a.stderr != "" {
		t.Fatalf("start: %s\n%s", a, h.log())
	}
	var programs []int
	h.await("all programs", func() bool { programs, _ = h.processes(); return len(programs) == len(names) })
	for _, pid := range programs {
		check(t, syscall.Kill(pid, syscall.SIGKILL))
	}
	for _, pid := range programs {
		h.await("its end", func() bool { return !isAlive(pid) })
	}
	h.await("all services", func() bool { return len(h.copies()) == len(names) && h.svctl("check").code == 0 })
	for name, n := range h.copies() {
		if n != 1 {
			t.Errorf("%d copies of %s run", n, name)
		}
	}
	if a := h.supervise("--quit"); a.code != 0 {
		t.Errorf("quit: %s", a)
	}
	h.await("the end of all processes", func() bool { return len(marked(h.id)) == 0 })
}
