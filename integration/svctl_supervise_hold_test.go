package integration

import (
	"strings"
	"testing"
)

// slowControl is a control command whose start waits for the file "go", and which counts
// its starts.
const slowControl = `#!/bin/sh
case $1 in
start)
    echo x >>slow.starts
    program until go
    : >up
    ;;
stop) rm -f up ;;
status) [ -e up ] || exit 3 ;;
esac
`

// TestSuperviseKilledInAction kills a supervisor while it runs a command. The command
// goes on, and neither the next supervisor nor svctl acts on the service meanwhile.
func TestSuperviseKilledInAction(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, entryOf("slow", "control = ./slow")+daemonEntry("other"))
	s.write("slow", slowControl)
	wait := s.foreground("60")
	s.await("the start of the command", func() bool { return s.starts("slow") > 0 })
	first := s.awaitSupervisor(0)
	s.killOne(first)
	wait()
	wait = s.foreground("60")
	s.awaitSupervisor(first)
	byHand := make(chan answer)
	go func() { byHand <- s.svctl("start", "slow") }()
	s.awaitStates("running", "other")
	if a := s.svctl("status", "slow"); a.code != 3 {
		t.Errorf("status: %v", a)
	}
	s.write("go", "")
	if a := <-byHand; a.code != 0 || !strings.HasSuffix(a.stdout, "slow: already running\n") {
		t.Errorf("start: %v", a)
	}
	s.awaitStates("running", "slow")
	if got := s.starts("slow"); got != 1 {
		t.Errorf("it was started %d times, want once", got)
	}
	s.quitSupervisor()
	if code := wait(); code != 0 {
		t.Errorf("the supervisor exited with %d", code)
	}
}

// TestSuperviseHoldAsExpected changes the configuration to the state in which a service
// was held by hand: from then on it is supervised.
func TestSuperviseHoldAsExpected(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, daemonEntry("x", "expected = stopped"))
	s.supervise("60")
	if a := s.svctl("start", "x"); a.code != 0 {
		t.Fatalf("start: %v", a)
	}
	if a := s.svctl("supervise", "--pidfile", s.supfile, "--wake-up"); a.code != 0 {
		t.Fatalf("wake up: %v", a)
	}
	s.await("the hold in the log", func() bool { return strings.Contains(s.log(), "x: left alone: started by hand") })
	s.awaitStates("running", "x")
	s.configure(daemonEntry("x"))
	if a := s.svctl("supervise", "--pidfile", s.supfile, "--reload"); a.code != 0 {
		t.Fatalf("reload: %v", a)
	}
	program := s.programOf("x")
	s.killOne(program)
	s.await("another program", func() bool { now := s.programOf("x"); return now != 0 && now != program })
	s.quitSupervisor()
}
