package integration

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestSuperviseTortured kills processes of a supervised tree in random order: programs,
// svloop, control commands, and the supervisor, which is started again. At the end all
// services run again, and at no moment were there two copies of a program, or two actions
// on one service.
func TestSuperviseTortured(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, groupOf("all", "one_for_one",
		daemonEntry("d1"),
		daemonEntry("d2", "daemon_options = --restart always --backoff 0.1:1"),
		daemonEntry("d3", "after = d1"),
		daemonEntry("off"),
		controlEntry("c1"),
		controlEntry("c2", "after = d2"),
		entryOf("p1", "start = program session sole+DIR/p1.lock+DIR/violations+serve", "pattern = program sole DIR/p1\\.lock "),
		groupOf("rest", "rest_for_one", daemonEntry("r1"), controlEntry("r2"), daemonEntry("r3")),
		groupOf("every", "one_for_all", controlEntry("e1"), daemonEntry("e2")),
	))
	s.env = append(s.env, "WORK=20ms")
	if a := s.svctl("stop", "off"); a.code != 0 {
		t.Fatalf("stop: %v", a)
	}
	running := []string{"all/d1", "all/d2", "all/d3", "all/c1", "all/c2", "all/p1", "all/rest/r1", "all/rest/r2", "all/rest/r3", "all/every/e1", "all/every/e2"}

	var over atomic.Bool
	var actors sync.WaitGroup
	supervisors := 0
	var complaints strings.Builder
	actors.Go(func() {
		for !over.Load() {
			supervisors++
			cmd := s.command(s.superviseArgs("1")...)
			cmd.Dir, cmd.Env = s.dir, append(s.environment(), cmd.Env...)
			text, err := cmd.CombinedOutput()
			if len(text) > 0 {
				fmt.Fprintf(&complaints, "%v: %s", err, text)
			}
		}
	})
	s.awaitStates("running", running...)
	actors.Go(func() { // an administrator
		for i := 0; !over.Load(); i++ {
			cmd := s.command("restart", running[i%len(running)])
			cmd.Dir, cmd.Env = s.dir, append(s.environment(), cmd.Env...)
			_ = cmd.Run()
		}
	})
	killed := make(map[string]int)
	for end := time.Now().Add(soak(t)); time.Now().Before(end); {
		for range 1 + rand.IntN(20) { // a burst
			killed[s.killAny()]++
			time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
	}
	over.Store(true)
	if a := s.svctl("supervise", "--pidfile", s.supfile, "--quit", "--leave"); a.code != 0 {
		t.Errorf("quit: %v", a)
	}
	actors.Wait()
	t.Logf("%d supervisors, killed %v", supervisors, killed)
	s.supervise("1")
	began := time.Now()
	s.awaitStates("running", running...)
	t.Logf("all run again after %s", time.Since(began))
	if got := s.starts("off"); got > 0 {
		t.Errorf("the service that was stopped by hand was started %d times", got)
	}
	if a := s.svctl("status", "off"); !strings.Contains(a.stdout, "not running, stopped by hand") {
		t.Errorf("status: %v", a)
	}
	for _, line := range strings.Split(strings.TrimSpace(complaints.String()), "\n") {
		if line != "" && !strings.Contains(line, "is held by pid") && !strings.Contains(line, "is being claimed by") {
			t.Errorf("a supervisor said %q", line)
		}
	}
	s.quitSupervisor()
}

// killAny kills a random process of the host, and returns what it was.
func (s *supervised) killAny() (what string) {
	all := marked(s.id)
	if len(all) == 0 {
		return "nothing"
	}
	p := all[rand.IntN(len(all))]
	handle, err := proctree.Open(p.PID)
	if err != nil {
		return "too late"
	}
	defer handle.Close()
	if now, err := proctree.ReadStat(p.PID); err != nil || now.Start != p.Start {
		return "too late"
	}
	args, err := proctree.Args(p.PID)
	if err != nil || handle.Signal(unix.SIGKILL) != nil || len(args) == 0 {
		return "too late"
	}
	words := strings.ReplaceAll(strings.Join(args, " "), bin, "")
	for _, part := range []string{"svctl: running", "svctl: draining", "svloop", " supervise", " restart", "program control", "program sole"} {
		if strings.Contains(words, part) {
			return strings.TrimSpace(part)
		}
	}
	return words
}
