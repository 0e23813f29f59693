package integration

import (
	"path/filepath"
	"strings"
	"testing"
)

// crashing is a service x that crashes until the file "good" exists; svloop waits five
// minutes before the next attempt.
const crashing = `
    start = /bin/sh -c test%20-e%20DIR/good%20&&%20exec%20BIN/program%20pid%20DIR/program.pid%20serve;%20exit%203
    daemon = DIR/svloop.pid
    daemon_options = --log DIR/log --restart always --backoff 300:300`

// awaitCrash waits until svloop waits for its next attempt, and returns the pid of
// svloop.
func (x lsbService) awaitCrash() int {
	x.t.Helper()
	x.await("the pause after a crash", func() bool {
		_, text := x.svctl("status", "x")
		return strings.Contains(text, "next attempt in")
	})
	return x.pid("svloop.pid")
}

// TestSysvScriptOfRestarting tests that the actions of a script clean up and start, like
// svctl start.
func TestSysvScriptOfRestarting(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"start", "restart", "try-restart", "force-reload", "stop"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			h := newExport(t, "sysv", crashing)
			x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
			script := func(word string, code int) {
				t.Helper()
				if a := h.runHere("dash", filepath.Join(h.dir, "exported/x"), word); a.code != code || a.stderr != "" {
					t.Fatalf("%s: %v, want exit status %d", word, a, code)
				}
			}
			script("start", 0)
			before := x.awaitCrash()
			script("status", 1)
			h.write("good", "")
			script(word, 0)
			if word != "stop" {
				x.program(true)
				if h.pid("svloop.pid") == before {
					t.Error("the same svloop runs")
				}
				script("status", 0)
				script("stop", 0)
			}
			x.program(false)
			script("status", 3)
		})
	}
}

// TestCronLineOfRestarting does nothing while svloop is about to restart the service.
func TestCronLineOfRestarting(t *testing.T) {
	t.Parallel()
	s, command := newCron(t, crashing)
	x := lsbService{scene: s, name: "x", pidFile: "program.pid"}
	s.minute(command)
	before := x.awaitCrash()
	s.minute(command)
	if now := s.pid("svloop.pid"); now != before || !isAlive(before) {
		t.Errorf("svloop is process %d, and was %d", now, before)
	}
	s.write("good", "")
	s.kill(before, false)
	s.minute(command)
	x.program(true)
	if code, text := s.svctl("stop", "x"); code != 0 {
		t.Errorf("stop: exit status %d: %s", code, text)
	}
	x.program(false)
}
