package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newRestart returns a host with a script for a daemon x that has a restart command.
// Programs in tools record their calls.
func newRestart(t *testing.T, command, timeout string) *initHost {
	t.Helper()
	h := newExport(t, "sysv", exportedKinds["daemon"]+"\n restart = "+command+"\n path = DIR/tools:BIN:/usr/bin:/bin")
	check(t, os.Mkdir(filepath.Join(h.dir, "tools"), 0o755))
	for _, name := range []string{"restart", "if", "A=B", "exit"} {
		h.write("tools/"+name, h.expand("#!/bin/sh\necho \"${0##*/} $*\" >>DIR/ran\n"))
		check(t, os.Chmod(filepath.Join(h.dir, "tools", name), 0o755))
	}
	h.write("svctl.conf", strings.Replace(h.read("svctl.conf"), "timeout = 20", "timeout = "+timeout, 1))
	h.exportTo("exported", "sysv")
	return h
}

// TestSysvScriptRestartWords has programs with names that have a meaning in the shell.
func TestSysvScriptRestartWords(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"restart ups", "if x", "A=B x", "exit 0"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			h := newRestart(t, command, "20")
			x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
			act := func(word string) {
				t.Helper()
				if a := h.runHere("dash", filepath.Join(h.dir, "exported/x"), word); a.code != 0 {
					t.Fatalf("%s: %v", word, a)
				}
			}
			act("restart") // starts it
			program := x.program(true)
			if _, err := os.Stat(filepath.Join(h.dir, "ran")); err == nil {
				t.Error("what does not run was restarted by the command")
			}
			act("restart")
			act("try-restart")
			if got, want := h.read("ran"), command+"\n"+command+"\n"; got != want {
				t.Errorf("run was %q, want %q", got, want)
			}
			if x.program(true) != program {
				t.Error("the script has started another program")
			}
			act("stop")
			x.program(false)
		})
	}
}

// TestSysvScriptRestartState fails if the command fails, in any state, and checks the
// state if it succeeds, as svctl does.
func TestSysvScriptRestartState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		command, timeout string
		code             int
		runs             bool
		says             string
	}{
		"done":    {"/bin/true", "20", 0, true, ""},
		"failed":  {"/bin/false", "20", 1, true, "exit status 1"},
		"missing": {"none", "20", 5, true, `cannot execute "none": command not found`},
		"slow":    {"sleep 1000", "0.3", 1, true, "the program ran longer than 300ms"},
		"ended":   {"BIN/svloop --pidfile DIR/svloop.pid --quit", "0.3", 1, false, "svloop is not running"},
		"broken":  {"sh -c BIN/svloop%20--pidfile%20DIR/svloop.pid%20--quit;exit%20127", "20", 5, false, "exit status 127"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newRestart(t, test.command, test.timeout)
			x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
			script := filepath.Join(h.dir, "exported/x")
			if a := h.runHere("dash", script, "start"); a.code != 0 {
				t.Fatal(a)
			}
			x.program(true)
			a := h.runHere("dash", script, "restart")
			if a.code != test.code || !strings.Contains(a.stderr, test.says) {
				t.Errorf("restart: %v, want exit status %d and %q", a, test.code, test.says)
			}
			x.program(test.runs)
			if a := h.runHere("dash", script, "start"); a.code != 0 {
				t.Fatal(a)
			}
			if code, text := h.svctl("restart", "x"); code != test.code {
				t.Errorf("svctl restart: exit status %d, want %d: %s", code, test.code, text)
			}
			x.program(test.runs)
			if a := h.runHere("dash", script, "stop"); a.code != 0 {
				t.Fatal(a)
			}
			x.program(false)
		})
	}
}
