package integration

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// controlScript is a directory with the files that simplevisor-control needs: a program
// that prints its arguments and exits with the status in the file "code", and a
// configuration.
type controlScript struct {
	*testing.T
	dir string
	env []string
}

func newControlScript(t *testing.T) *controlScript {
	c := &controlScript{T: t, dir: t.TempDir()}
	c.write("program", "#!/bin/sh\necho \"$@\" | sed \"s|${0%/*}|DIR|g\"\nread -r code <\"${0%/*}/code\"\nexit \"$code\"\n", 0o755)
	c.write("conf", "", 0o644)
	c.env = []string{
		"PATH=" + os.Getenv("PATH"), "SIMPLEVISOR_CMD=" + c.path("program"), "SIMPLEVISOR_CONF=" + c.path("conf"),
		"SIMPLEVISOR_NAME=my", "SIMPLEVISOR_PIDFILE=" + c.path("pid"), "SIMPLEVISOR_LOCKFILE=" + c.path("lock"),
	}
	return c
}

func (c *controlScript) path(name string) string { return filepath.Join(c.dir, name) }

func (c *controlScript) write(name, text string, mode os.FileMode) {
	c.Helper()
	check(c.T, os.WriteFile(c.path(name), []byte(text), mode))
}

func (c *controlScript) run(words string, env ...string) (text string, code int) {
	c.Helper()
	cmd := exec.Command("sh", append([]string{"../packaging/simplevisor-control"}, strings.Fields(words)...)...)
	cmd.Env = append(c.env, env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func (c *controlScript) has(name string) bool {
	_, err := os.Lstat(c.path(name))
	return err == nil
}

// TestSimplevisorControl runs the right command for each verb, and exits as the original
// script does.
func TestSimplevisorControl(t *testing.T) {
	t.Parallel()
	const call = "--pidfile DIR/pid --conf DIR/conf "
	const usage = "Usage: my {start|stop|restart|status|check|configtest|help|stop-supervisor|restart-supervisor|restart-child|wake-up} [PATH]\n"
	for _, test := range []struct {
		words, program, text string
		code                 int
		locked               bool
	}{
		{"start", "0", "Starting my: " + call + "--daemon start\nstarted\n", 0, true},
		{"start", "1", "Starting my: " + call + "--daemon start\nfailed to start, check the logs for more information\n", 1, false},
		{"start g/a", "7", "Starting my: " + call + "start g/a\n", 7, false},
		{"stop", "0", "Stopping my: " + call + "stop\nstopped\n", 0, false},
		{"stop", "1", "Stopping my: " + call + "stop\nfailed to stop, check the logs for more information\n", 1, false},
		{"stop g/a", "0", "Stopping my: " + call + "stop g/a\n", 0, false},
		{"stop-supervisor", "0", "Stopping supervisor my: " + call + "stop_supervisor\nsupervisor stopped\n", 0, false},
		{"stop-supervisor x", "1", "Stopping supervisor my: " + call + "stop_supervisor\nfailed to stop supervisor, check the logs for more information\n", 1, false},
		{"restart", "0", "Restarting my\nStopping my: " + call + "stop\nstopped\nStarting my: " + call + "--daemon start\nstarted\n", 0, true},
		{"restart", "1", "Restarting my\nStopping my: " + call + "stop\nfailed to stop, check the logs for more information\nskipping start action\n", 1, false},
		{"restart g/a", "3", "Restarting my\nStopping my: " + call + "stop g/a\nStarting my: " + call + "start g/a\n", 3, false},
		{"restart-supervisor", "0", "Restarting supervisor my\nStopping supervisor my: " + call + "stop_supervisor\nsupervisor stopped\nStarting my: " + call + "--daemon start\nstarted\n", 0, true},
		{"restart-child g/a", "0", "Restarting my child: \n" + call + "restart_child g/a\n", 0, false},
		{"wake-up", "1", "Wake up my: \n" + call + "wake_up\n", 1, false},
		{"check g/a", "1", "Check my: \n" + call + "check g/a\n", 1, false},
		{"configtest", "1", "Check my configuration: \n" + call + "check_configuration\n", 1, false},
		{"status", "3", "my status: " + call + "status\nnot running with return code 3\n", 3, false},
		{"status g/a", "4", "my status: " + call + "status g/a\n", 4, false},
		{"help", "0", usage, 1, false},
		{"", "0", usage, 1, false},
	} {
		c := newControlScript(t)
		c.write("code", test.program+"\n", 0o644)
		text, code := c.run(test.words)
		if text != test.text || code != test.code || c.has("lock") != test.locked {
			t.Errorf("%q with a program that exits with %s: %d, locked %v\n%swant %d, %v\n%s", test.words, test.program, code, c.has("lock"), text, test.code, test.locked, test.text)
		}
	}
}

func TestSimplevisorControlStuck(t *testing.T) {
	t.Parallel()
	c := newControlScript(t)
	c.write("code", "0\n", 0o644)
	c.write("pid", "", 0o644)
	if text, code := c.run("status"); code != 0 || strings.Contains(text, "stuck") {
		t.Errorf("%d, %q", code, text)
	}
	touched := time.Now().Add(-15 * time.Minute)
	check(t, os.Chtimes(c.path("pid"), touched, touched))
	want := "stuck since " + touched.Format("2006/01/02-15:04:05") + "\n"
	if text, code := c.run("status"); code != 4 || !strings.HasSuffix(text, want) {
		t.Errorf("%d, %q, want %q", code, text, want)
	}
	if _, code := c.run("status", "SIMPLEVISOR_MAXAGE=20"); code != 0 {
		t.Errorf("%d", code)
	}
}

func TestSimplevisorControlMissing(t *testing.T) {
	t.Parallel()
	c := newControlScript(t)
	for env, want := range map[string]string{
		"SIMPLEVISOR_CMD=":                  "simplevisor not found\n",
		"SIMPLEVISOR_CMD=" + c.path("conf"): "simplevisor not found\n",
		"SIMPLEVISOR_CONF=/no/file":         "configuration file not readable\n",
	} {
		if text, code := c.run("start", env); code != 5 || text != want {
			t.Errorf("%s: %d, %q, want %q", env, code, text, want)
		}
	}
}

func TestSimplevisorControlUser(t *testing.T) {
	t.Parallel()
	if found, err := condition("have:runuser"); os.Geteuid() != 0 || err != nil || !found {
		leaveOut(t, "this test needs root and runuser")
	}
	c := newControlScript(t)
	for dir := c.dir; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		check(t, os.Chmod(dir, 0o755))
	}
	c.write("program", "#!/bin/sh\nid -un\nfor word; do echo \"<$word>\"; done\n", 0o755)
	text, code := c.run("check a'$(x)", "SIMPLEVISOR_USER=nobody")
	if want := "Check my: \nnobody\n<--pidfile>\n<" + c.path("pid") + ">\n<--conf>\n<" + c.path("conf") + ">\n<check>\n<a'$(x)>\n"; text != want || code != 0 {
		t.Errorf("%d, %q, want %q", code, text, want)
	}
}

// TestSimplevisorControlSupervises has the script drive a supervisor from its start to
// its end.
func TestSimplevisorControlSupervises(t *testing.T) {
	t.Parallel()
	s := newScenario(t, "", nil)
	s.three("one_for_one", "")
	c := &controlScript{T: t, dir: s.dir, env: append(os.Environ(), "SIMPLEVISOR_CMD="+s.path("simplevisor"), "SIMPLEVISOR_CONF="+s.path("conf"),
		"SIMPLEVISOR_NAME=my", "SIMPLEVISOR_PIDFILE="+s.path("pid"), "SIMPLEVISOR_LOCKFILE="+s.path("lock"))}
	t.Cleanup(func() { c.run("stop") })
	const ok = "g: OK, as expected\n  a: OK, running, as expected\n  b: OK, running, as expected\n  c: OK, running, as expected\n"
	for _, step := range []struct {
		words, text string
		code        int
	}{
		{"start", "Starting my: started\n", 0},
		{"status", "my status: (pid N) was active on DATE\n", 0},
		{"check", "Check my: \n" + ok, 0},
		{"restart-child g/b", "Restarting my child: \nsimplevisor (pid N) is being told to restart_child g/b...\n", 0},
		{"stop-supervisor", "Stopping supervisor my: simplevisor (pid N) is being told to stop_supervisor...\nsimplevisor (pid N) does not seem to be running anymore\nsupervisor stopped\n", 0},
		{"status", "my status: does not seem to be running\nnot running with return code 3\n", 3},
		{"check", "Check my: \n" + ok, 0},
		{"restart", "Restarting my\nStopping my: simplevisor does not seem to be running\nstopped\nStarting my: started\n", 0},
		{"wake-up", "Wake up my: \nsimplevisor (pid N) is being told to wake_up...\n", 0},
		{"stop", "Stopping my: simplevisor (pid N) is being told to quit...\nsimplevisor (pid N) does not seem to be running anymore\nstopped\n", 0},
		{"check g/a", "Check my: \na: WARNING, not running, not expected\n", 1},
	} {
		text, code := c.run(step.words)
		s.pid()
		if text = strings.Join(s.words(text), "\n") + "\n"; text != step.text || code != step.code {
			t.Errorf("%s: %d, %s\nwant %d, %s", step.words, code, text, step.code, step.text)
		}
	}
}
