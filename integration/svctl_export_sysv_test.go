package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exportedKinds are services x of each kind, whose program writes its pid to program.pid.
// PATH and the directory of an init script contain nothing of the tests.
var exportedKinds = map[string]string{
	"daemon": `
    start = BIN/program pid DIR/program.pid serve
    daemon = DIR/svloop.pid
    daemon_options = --log DIR/log`,
	"control": `
    control = DIR/init
    path = BIN:/usr/bin:/bin`,
	"command": `
    start = DIR/init start
    stop = DIR/init stop
    status = DIR/init status
    path = BIN:/usr/bin:/bin`,
	"pattern": `
    start = DIR/bg DIR`,
	"signal": `
    start = BIN/program on HUP DIR/got pid DIR/program.pid serve
    daemon = DIR/svloop.pid
    daemon_options = --log DIR/log
    reload = HUP`,
}

// inDir makes a script run in the directory of the scene.
func inDir(script string) string { return strings.Replace(script, "\n", "\ncd DIR\n", 1) }

// newExport returns a host with a service x of one kind, and with the files of one format
// in the directory "exported".
func newExport(t *testing.T, format, keys string) *initHost {
	t.Helper()
	h := newInitHost(t, "<entry>\n    type = service\n    name = x\n    timeout = 20"+keys+"\n</entry>\n",
		map[string]string{"init": inDir(initScript), "bg": inDir(backgrounder)})
	check(t, os.Mkdir(filepath.Join(h.dir, "exported"), 0o755))
	h.exportTo("exported", format)
	return h
}

func (h *initHost) exportTo(dir, format string) {
	h.t.Helper()
	if code, text := h.svctl("export", format, "--output", dir, "--log", "null"); code != 0 {
		h.t.Fatalf("export: exit status %d: %s", code, text)
	}
}

// sysvTable is LSB's table, with the results for wrong words.
var sysvTable = []sysvRow{
	{"status", 3, false, false},
	{"stop", 0, false, false},
	{"try-restart", 0, false, false},
	{"force-reload", 0, false, false},
	{"reload", 3, false, false},
	{"start", 0, false, true},
	{"status", 0, true, true},
	{"start", 0, true, true},
	{"reload", 3, true, true},
	{"dance", 2, true, true},
	{"", 2, true, true},
	{"stop now", 2, true, true},
	{"status", 0, true, true},
	{"restart", 0, false, true},
	{"try-restart", 0, false, true},
	{"force-reload", 0, false, true},
	{"status", 0, true, true},
	{"stop", 0, false, false},
	{"status", 3, false, false},
	{"stop", 0, false, false},
	{"restart", 0, false, true},
	{"status", 0, true, true},
	{"stop", 0, false, false},
	{"status", 3, false, false},
}

type sysvRow struct {
	words string
	code  int
	same  bool // the program is the one that ran before
	runs  bool
}

// of returns the row for a kind of service. svctl reloads one with a signal or a control
// command if it runs, without a restart.
func (row sysvRow) of(kind string) sysvRow {
	reloads := row.words == "reload" || row.words == "force-reload"
	switch {
	case !reloads || kind != "signal" && kind != "control":
	case !row.runs:
		row.code = 7
	default:
		row.code, row.same = 0, true
	}
	return row
}

// TestSysvScript tests the scripts of all kinds with LSB's table, run by dash as at boot
// and by service(8) as by users.
func TestSysvScript(t *testing.T) {
	t.Parallel()
	for kind, keys := range exportedKinds {
		for _, way := range []string{"dash", "service"} {
			t.Run(kind+" "+way, func(t *testing.T) {
				t.Parallel()
				h := newExport(t, "sysv", keys)
				script := filepath.Join(h.dir, "exported/x")
				act := func(words ...string) answer { return h.runHere(append([]string{"dash", script}, words...)...) }
				if way == "service" {
					script = "/etc/init.d/x"
					h.exportTo("host/etc/init.d", "sysv")
					act = func(words ...string) answer { return h.run(append([]string{"service", "x"}, words...)...) }
				}
				x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
				before := 0
				for i, row := range sysvTable {
					row = row.of(kind)
					a := act(strings.Fields(row.words)...)
					if a.code != row.code {
						t.Fatalf("row %d, %s: %v, want exit status %d", i, row.words, a, row.code)
					}
					wantSaid(t, row.words, script, kind, a)
					pid := x.program(row.runs)
					if (pid == before && pid != 0) != row.same {
						t.Fatalf("row %d, %s: the program is process %d, and was %d before", i, row.words, pid, before)
					}
					before = pid
				}
			})
		}
	}
}

// wantSaid compares the messages of a script itself; others are svloop's and svctl's.
// service(8) prints a message of its own if OpenRC has not started the service that it
// stops.
func wantSaid(t *testing.T, words, script, kind string, a answer) {
	t.Helper()
	reload := ""
	if kind == "signal" || kind == "control" {
		reload = "|reload"
	}
	switch a.code {
	case 2:
		if want := "usage: " + script + " start|stop|restart|try-restart" + reload + "|force-reload|status\n"; a.stderr != want || a.stdout != "" {
			t.Errorf("%s: %v, want %q on standard error", words, a, want)
		}
	case 3:
		if want := script + ": reload is not implemented\n"; words == "reload" && (a.stderr != want || a.stdout != "") {
			t.Errorf("%s: %v, want %q on standard error", words, a, want)
		}
	}
}

// TestSysvScriptOfDead tests the script of a daemon whose svloop was killed, or hangs.
func TestSysvScriptOfDead(t *testing.T) {
	t.Parallel()
	h := newExport(t, "sysv", exportedKinds["daemon"])
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	want := func(word string, code int) answer {
		t.Helper()
		a := h.runHere("dash", filepath.Join(h.dir, "exported/x"), word)
		if a.code != code {
			t.Fatalf("%s: %v, want exit status %d", word, a, code)
		}
		return a
	}
	renewed := func(word string, before int) {
		t.Helper()
		want(word, 0)
		if after := x.program(true); after == before || isAlive(before) {
			t.Fatalf("%s: process %d runs, and %d of before: alive is %v", word, after, before, isAlive(before))
		}
		want("status", 0)
		want("stop", 0)
		x.program(false)
		want("status", 3)
	}

	for _, word := range []string{"start", "restart"} {
		want("start", 0)
		program := x.program(true)
		h.kill(h.pid("svloop.pid"), false)
		want("status", 1)
		want("try-restart", 0) // a dead service does not run
		if x.program(true) != program {
			t.Fatal("try-restart has started another program")
		}
		renewed(word, program)
	}

	want("start", 0)
	program := x.program(true)
	h.kill(h.pid("svloop.pid"), false)
	want("stop", 0)
	x.program(false)
	want("status", 3)
	if isAlive(program) {
		t.Fatal("the program lives on")
	}

	for _, word := range []string{"start", "restart"} {
		want("start", 0)
		program = x.program(true)
		x.hang()
		want("status", 4)
		if a := want("try-restart", 1); a.stdout != "" || !strings.HasPrefix(a.stderr, "svloop (pid ") {
			t.Errorf("try-restart: %v", a)
		}
		renewed(word, program)
	}

	// The exit of the program is the exit of svloop.
	want("start", 0)
	h.kill(x.program(true), true)
	x.await("the end of svloop", func() bool { return h.pid("svloop.pid") == 0 })
	want("status", 3)
	renewed("start", 0)
}

// TestSysvScriptFails returns LSB's codes for errors.
func TestSysvScriptFails(t *testing.T) {
	t.Parallel()
	daemon := func(start, options string) string {
		return "\n start = " + start + "\n daemon = DIR/svloop.pid\n daemon_options = --log DIR/log " + options
	}
	for name, test := range map[string]struct {
		keys  string
		codes map[string]int
	}{
		"missing program":     {daemon("DIR/none", ""), map[string]int{"start": 5, "restart": 5, "stop": 0, "status": 3, "try-restart": 0}},
		"program not in PATH": {daemon("program serve", ""), map[string]int{"start": 5}},
		"no program":          {daemon("DIR/svctl.conf", ""), map[string]int{"start": 4}},
		"unknown user":        {daemon("BIN/program serve", "--user no-such-user"), map[string]int{"start": 6, "restart": 6, "stop": 0}},
		"failing program":     {daemon("BIN/program exit 3", "--ready alive:5"), map[string]int{"start": 1, "restart": 1, "status": 3}},
		"no directory":        {"\n start = BIN/program serve\n daemon = DIR/none/svloop.pid", map[string]int{"start": 1}},
		"no pid file":         {"\n start = BIN/program serve\n daemon = DIR/svctl.conf", map[string]int{"start": 1, "stop": 1, "status": 4, "try-restart": 1}},
		"restart command":     {daemon("DIR/none", "") + "\n restart = /bin/true", map[string]int{"restart": 5, "try-restart": 0}},
		"missing command":     {"\n control = DIR/none", map[string]int{"start": 5}},
		"failing command":     {"\n start = BIN/program exit 1\n stop = /bin/true\n status = BIN/program exit 3", map[string]int{"start": 1, "stop": 0}},
		"unclear state":       {"\n start = /bin/true\n stop = /bin/true\n status = BIN/program exit 4", map[string]int{"status": 4, "try-restart": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newExport(t, "sysv", test.keys)
			check(t, os.Chmod(filepath.Join(h.dir, "svctl.conf"), 0o644))
			for word, code := range test.codes {
				if a := h.runHere("dash", filepath.Join(h.dir, "exported/x"), word); a.code != code {
					t.Errorf("%s: %v, want exit status %d", word, a, code)
				}
			}
		})
	}
}

// TestSysvScriptAsNobody: an unprivileged user may ask for the status, and repeat an
// action that is already done.
func TestSysvScriptAsNobody(t *testing.T) {
	t.Parallel()
	h := newExport(t, "sysv", exportedKinds["daemon"])
	check(t, os.Chmod(filepath.Dir(h.dir), 0o755))
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	script := filepath.Join(h.dir, "exported/x")
	want := func(codes string) {
		t.Helper()
		for row := range strings.FieldsSeq(codes) {
			word, code, _ := strings.Cut(row, "=")
			a := h.runHere("setpriv", "--reuid="+nobody, "--regid="+nobody, "--clear-groups", script, word)
			if fmt.Sprint(a.code) != code {
				t.Errorf("%s: %v, want exit status %s", word, a, code)
			}
		}
	}
	want("status=3 stop=0 start=4 restart=4 try-restart=0")
	if a := h.runHere(script, "start"); a.code != 0 {
		t.Fatal(a)
	}
	program := x.program(true)
	want("status=0 start=0 stop=4 restart=4 try-restart=4 force-reload=4")
	if !isAlive(program) {
		t.Error("no action has stopped the program")
	}
	if a := h.runHere(script, "stop"); a.code != 0 {
		t.Fatal(a)
	}
	x.program(false)
}

// TestSysvScriptAlone runs without the files that the script needs.
func TestSysvScriptAlone(t *testing.T) {
	t.Parallel()
	for kind, program := range map[string]string{"daemon": "svloop", "control": "svctl"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newExport(t, "sysv", exportedKinds[kind])
			script := filepath.Join(h.dir, "exported/x")
			text, err := os.ReadFile(script)
			check(t, err)
			gone := filepath.Join(h.dir, program)
			h.write("exported/x", strings.ReplaceAll(string(text), filepath.Join(bin, program), gone))
			for word, code := range map[string]int{"start": 5, "stop": 5, "restart": 5, "try-restart": 5, "force-reload": 5, "status": 4} {
				a := h.runHere(script, word)
				if want := script + ": there is no " + gone + "\n"; a.code != code || a.stdout != "" || a.stderr != want {
					t.Errorf("%s: %v, want exit status %d and %q", word, a, code, want)
				}
			}
		})
	}
}

// TestSysvScriptWithoutConfiguration returns "not configured".
func TestSysvScriptWithoutConfiguration(t *testing.T) {
	t.Parallel()
	h := newExport(t, "sysv", exportedKinds["control"])
	check(t, os.Remove(filepath.Join(h.dir, "svctl.conf")))
	for word, code := range map[string]int{"start": 6, "stop": 6, "restart": 6, "try-restart": 6, "force-reload": 6, "status": 4} {
		a := h.runHere(filepath.Join(h.dir, "exported/x"), word)
		if want := "svctl: " + h.dir + "/svctl.conf: cannot read: no such file or directory\nsvctl: hint: write one, see svctl.conf(5), or translate the services of another system, see svctl-import(1)\n"; a.code != code || a.stdout != "" || a.stderr != want {
			t.Errorf("%s: %v, want exit status %d and %q", word, a, code, want)
		}
	}
}

// TestSysvInstall installs with Debian's own programs, and uninstalls.
func TestSysvInstall(t *testing.T) {
	t.Parallel()
	h, svctl, want := newInstallHost(t)
	const written = "write /etc/init.d/x\nwrite /etc/init.d/idle\n"
	want(svctl("export", "sysv", "--install"), written+"run update-rc.d x defaults\nrun update-rc.d idle defaults\n")
	wantLinks := func(name, links string) {
		t.Helper()
		if got := h.links(name); got != links {
			t.Errorf("%s has the links %q, want %q", name, got, links)
		}
	}
	const stops = "0/K 1/K"
	wantLinks("x", stops+" 2/S 3/S 4/S 5/S 6/K default") // update-rc.d calls OpenRC, too
	wantLinks("idle", stops+" 6/K")
	wantInsserv := func(lines ...string) {
		t.Helper()
		// The host may lack dependencies of its other scripts: hence -f.
		a := h.must("insserv", "-f", "-s")
		var got []string
		for line := range strings.Lines(a.stdout) {
			if line = strings.TrimSpace(line); strings.HasSuffix(line, ":x") || strings.HasSuffix(line, ":idle") {
				got = append(got, line)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, lines) || strings.Contains(a.stderr, "script 'x'") || strings.Contains(a.stderr, "script 'idle'") {
			t.Errorf("insserv has %q, want %q: %v", got, lines, a)
		}
	}
	wantInsserv("K:01:0 1 6:idle", "K:01:0 1 6:x", "S:01:2 3 4 5:x")

	// After another export the settings of the entry replace those of the administrator.
	h.must("update-rc.d", "x", "disable")
	again := written + "run update-rc.d -f x remove\nrun update-rc.d x defaults\nrun update-rc.d -f idle remove\nrun update-rc.d idle defaults\n"
	want(svctl("export", "sysv", "--install"), again)
	wantLinks("x", stops+" 2/S 3/S 4/S 5/S 6/K default")
	h.write("svctl.conf", strings.Replace(h.read("svctl.conf"), "name = x", "name = x\n    expected = stopped", 1))
	want(svctl("export", "sysv", "--install"), again)
	wantLinks("x", stops+" 6/K")

	// The service is stopped before it is removed.
	h.must("service", "x", "start")
	x := lsbService{scene: h.scene, name: "x", pidFile: "program.pid"}
	x.program(true)
	want(svctl("unexport", "sysv", "x", "idle"), "run /etc/init.d/x stop\nrun update-rc.d -f x remove\n"+
		"run /etc/init.d/idle stop\nrun update-rc.d -f idle remove\nremove /etc/init.d/x\nremove /etc/init.d/idle\n")
	x.program(false)
	wantLinks("x", "")
	wantLinks("idle", "")
	if found, _ := filepath.Glob(h.root + "/etc/init.d/*"); len(found) == 0 || strings.Contains(strings.Join(found, " ")+" ", "/x ") {
		t.Errorf("there remain %q", found)
	}
	want(svctl("unexport", "sysv", "x", "idle"), "nothing to remove\n")
	wantInsserv()
}

func (s *scene) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	check(s.t, err)
	return string(text)
}

// await waits for an expected state.
func (s lsbService) await(what string, reached func() bool) {
	s.t.Helper()
	h := &host{TB: s.t, dir: s.dir}
	h.await(what, reached)
}

// hang stops svloop, whose pid file was not touched for a minute then. Until all its
// threads are stopped, it would touch the file.
func (s lsbService) hang() {
	s.t.Helper()
	pid := s.pid("svloop.pid")
	check(s.t, syscall.Kill(pid, syscall.SIGSTOP))
	s.await("svloop to stand still", func() bool { return standsStill(pid) })
	old := time.Now().Add(-2 * time.Minute)
	check(s.t, os.Chtimes(filepath.Join(s.dir, "svloop.pid"), old, old))
}
