package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newOpenrcHost returns a host on which the service x of a kind is exported to OpenRC.
func newOpenrcHost(t *testing.T, keys string) *initHost {
	t.Helper()
	h := newExport(t, "openrc", keys)
	h.exportTo("host/etc/init.d", "openrc")
	return h
}

// rc runs an action of OpenRC on the service, and compares the exit status and a text in
// the output.
func (h *initHost) rc(action string, code int, words string) {
	h.t.Helper()
	a := h.run("rc-service", "--nocolor", "x", action)
	if a.code != code || !strings.Contains(a.stdout+a.stderr, words) {
		h.t.Fatalf("%s: %v, want exit status %d and %q", action, a, code, words)
	}
}

// TestOpenrcScript tests the scripts of all kinds in each state.
func TestOpenrcScript(t *testing.T) {
	t.Parallel()
	for kind, keys := range exportedKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newOpenrcHost(t, keys)
			x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
			h.rc("status", 3, "* status: stopped\n")
			h.rc("stop", 0, "* WARNING: x is already stopped")
			h.rc("describe", 0, "* Service x of svctl\n")
			h.rc("start", 0, "* Starting x ...")
			program := x.program(true)
			h.rc("status", 0, "* status: started\n")
			h.rc("start", 0, "* WARNING: x has already been started")
			if x.program(true) != program {
				t.Error("the second start has started another program")
			}
			h.rc("restart", 0, "* Stopping x ...")
			if second := x.program(true); second == program || isAlive(program) {
				t.Errorf("restart: process %d runs, and %d before", second, program)
			}
			if kind == "signal" || kind == "control" {
				program = x.program(true)
				h.rc("reload", 0, "* Reloading x ...")
				if x.program(true) != program {
					t.Error("reload has started another program")
				}
			}
			h.rc("stop", 0, "* Stopping x ...")
			x.program(false)
			h.rc("status", 3, "* status: stopped\n")

			// A start by other means counts as started.
			if code, text := h.svctl("start", "x"); code != 0 {
				t.Fatalf("svctl start: exit status %d: %s", code, text)
			}
			program = x.program(true)
			h.rc("status", 0, "* status: started\n")
			h.rc("start", 0, "* Starting x ...")
			if x.program(true) != program {
				t.Error("start has started another program")
			}
			if code, text := h.svctl("stop", "x"); code != 0 {
				t.Fatalf("svctl stop: exit status %d: %s", code, text)
			}
			x.program(false)
			h.rc("status", 32, "* status: crashed (")
			h.rc("stop", 0, "* Stopping x ...")
			h.rc("status", 3, "* status: stopped\n")
		})
	}
}

// TestOpenrcScriptOfDead kills svloop, and the program.
func TestOpenrcScriptOfDead(t *testing.T) {
	t.Parallel()
	h := newOpenrcHost(t, exportedKinds["daemon"])
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	renewed := func(before int) int {
		t.Helper()
		h.rc("restart", 0, "* Starting x ...")
		after := x.program(true)
		if after == before || isAlive(before) {
			t.Fatalf("process %d runs, and %d of before: alive is %v", after, before, isAlive(before))
		}
		h.rc("status", 0, "* status: started\n")
		return after
	}
	h.rc("start", 0, "* Starting x ...")
	program := x.program(true)
	h.kill(h.pid("svloop.pid"), false)
	h.rc("status", 32, "* status: crashed (svloop (pid ")
	program = renewed(program)

	h.kill(program, true)
	x.await("the end of svloop", func() bool { return h.pid("svloop.pid") == 0 })
	h.rc("status", 32, "* status: crashed (svloop is not running)\n")
	program = renewed(program)

	h.kill(h.pid("svloop.pid"), false)
	h.rc("stop", 0, "* Stopping x ...")
	x.program(false)
	if isAlive(program) {
		t.Error("the program lives on")
	}
	h.rc("status", 3, "* status: stopped\n")
}

// TestOpenrcScriptKeepsAlive lets svloop restart the program while OpenRC manages the
// service.
func TestOpenrcScriptKeepsAlive(t *testing.T) {
	t.Parallel()
	h := newOpenrcHost(t, exportedKinds["daemon"]+" --restart always --backoff 0")
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	h.rc("start", 0, "* Starting x ...")
	program := x.program(true)
	h.kill(program, true)
	x.await("another program", func() bool { pid := h.pid("program.pid"); return pid != program && isAlive(pid) })
	h.rc("status", 0, "* status: started\n")
	h.rc("stop", 0, "* Stopping x ...")
	x.program(false)
}

// TestOpenrcScriptFails expects OpenRC to report failures.
func TestOpenrcScriptFails(t *testing.T) {
	t.Parallel()
	h := newOpenrcHost(t, "\n start = DIR/none\n daemon = DIR/svloop.pid\n daemon_options = --log DIR/log")
	h.rc("start", 1, "* ERROR: x failed to start\n")
	h.rc("status", 3, "* status: stopped\n")

	// Without svloop the state is unknown.
	h.write("host/etc/init.d/x", strings.ReplaceAll(h.read("host/etc/init.d/x"), filepath.Join(bin, "svloop"), h.dir+"/gone"))
	h.rc("start", 1, "* ERROR: x failed to start\n")
	h.rc("status", 32, "* status: crashed (")
}

// TestOpenrcInstall installs with OpenRC's own programs, boots into the runlevel, and
// uninstalls.
func TestOpenrcInstall(t *testing.T) {
	t.Parallel()
	h, svctl, want := newInstallHost(t)
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	wantLinks := func(x, idle string) {
		t.Helper()
		if gotX, gotIdle := h.links("x"), h.links("idle"); gotX != x || gotIdle != idle {
			t.Errorf("the links are %q and %q, want %q and %q", gotX, gotIdle, x, idle)
		}
	}
	// Only the installed services may be started.
	for _, level := range []string{"sysinit", "boot", "default"} {
		found, err := filepath.Glob(h.root + "/etc/runlevels/" + level + "/*")
		check(t, err)
		for _, path := range found {
			check(t, os.Remove(path))
		}
	}

	const written = "write /etc/init.d/x\nwrite /etc/init.d/idle\n"
	want(svctl("export", "openrc", "--install"), written+"run rc-update add x default\n")
	wantLinks("default", "")
	h.must("openrc", "default")
	x.program(true)
	h.rc("status", 0, "* status: started\n")
	if a := h.must("rc-status", "--nocolor", "default"); !strings.Contains(a.stdout, " x ") || !strings.Contains(a.stdout, "[  started  ]") {
		t.Errorf("rc-status: %v", a)
	}

	h.must("rc-update", "add", "x", "nonetwork")
	want(svctl("unexport", "openrc", "x", "idle"), "run rc-service x stop\nrun rc-update delete x default\nrun rc-update delete x nonetwork\n"+
		"run rc-service idle stop\nremove /etc/init.d/x\nremove /etc/init.d/idle\n")
	x.program(false)
	wantLinks("", "")
	want(svctl("unexport", "openrc", "x", "idle"), "nothing to remove\n")

	// A service that is now expected to be stopped is no longer started.
	want(svctl("export", "openrc", "--install"), written+"run rc-update add x default\n")
	h.write("svctl.conf", strings.Replace(h.read("svctl.conf"), "name = x", "name = x\n    expected = stopped", 1))
	want(svctl("export", "openrc", "--install"), written+"run rc-update delete x default\n")
	wantLinks("", "")

	// If OpenRC has not booted, it has started nothing, and rc-service would fail.
	check(t, os.Remove(h.root+"/run/openrc/softlevel"))
	want(svctl("unexport", "openrc", "x", "idle"), "remove /etc/init.d/x\nremove /etc/init.d/idle\n")
}
