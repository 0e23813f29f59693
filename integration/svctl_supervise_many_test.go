package integration

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestSuperviseManyKilled kills the programs of many services at once, and then svloop of
// each: all run again, one copy each.
func TestSuperviseManyKilled(t *testing.T) {
	t.Parallel()
	many := 100
	if os.Getenv("SVCTL_SOAK") != "" {
		many = 1000
	}
	var conf strings.Builder
	var names []string
	for i := range many {
		names = append(names, fmt.Sprintf("s%d", i))
		conf.WriteString(daemonEntry(names[i]))
	}
	s := newSupervised(t, conf.String())
	s.supervise("60")
	s.awaitStates("running", names...)
	for kills, isVictim := range []func(args string) bool{
		func(args string) bool { return strings.Contains(args, "/program sole ") },
		func(args string) bool { return strings.Contains(args, "/svloop -c 1 ") },
	} {
		began := time.Now()
		if killed := s.killAll(isVictim); killed != many {
			t.Errorf("killed %d processes, want %d", killed, many)
		}
		s.await("all services to be repaired", func() bool {
			for _, name := range names {
				if s.starts(name) < kills+2 {
					return false
				}
			}
			return true
		})
		s.awaitStates("running", names...)
		t.Logf("%d services run again after %s", many, time.Since(began))
	}
	for _, name := range names {
		if got := s.starts(name); got != 3 {
			t.Errorf("%s was started %d times, want 3", name, got)
		}
	}
	s.await("all programs", func() bool { programs, _ := s.processes(); return len(programs) >= many })
	if programs, _ := s.processes(); len(programs) > many {
		t.Errorf("%d programs run, want %d", len(programs), many)
	}
	s.await("the end of all zombies", func() bool { return s.zombies() == 0 })
	s.quitSupervisor()
}

// killAll kills all processes of this host with such arguments, and returns how many.
func (s *supervised) killAll(isVictim func(args string) bool) (killed int) {
	s.Helper()
	for _, p := range marked(s.id) {
		args, err := proctree.Args(p.PID)
		if err != nil || len(args) == 0 || !isVictim(strings.Join(args, " ")) {
			continue
		}
		check(s, proctree.SignalSame(p, unix.SIGKILL))
		killed++
	}
	return killed
}

// zombies returns how many children of the supervisor are zombies.
func (s *supervised) zombies() (found int) {
	s.Helper()
	pid := s.supervisor()
	table, err := proctree.Snapshot()
	check(s, err)
	for _, p := range table {
		if p.PPID == pid && !p.Alive() {
			found++
		}
	}
	return found
}
