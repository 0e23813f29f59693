package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	policy "github.com/svloop/svloop/internal/supervision"
)

// recording is a program that drives services which are files, and records how it was
// called: DIR/svc NAME VERB. A file DIR/NAME.VERB has the exit status.
const recording = `#!/bin/sh
cd "${0%/*}" || exit
[ "$2" = status ] || echo "$1 $2" >>log
if [ -f "$1.$2" ]; then read -r code <"$1.$2"; exit "$code"; fi
case $2 in
start) : >"$1.up" ;;
stop) rm -f "$1.up" ;;
status) [ -e "$1.up" ] || exit 3 ;;
esac
`

// oldConf writes that program and a configuration: group g with services a and b (which
// is expected to be stopped), and group in with services x and y.
func oldConf(t *testing.T, before string) (dir string, old func(words string) answer) {
	t.Helper()
	recorded := func(name, keys string) string {
		return entry(name, fmt.Sprintf("start = DIR/svc %[1]s start\nstop = DIR/svc %[1]s stop\nstatus = DIR/svc %[1]s status\n%s", name, keys))
	}
	group := func(name, children string) string {
		return fmt.Sprintf("<entry>\ntype = supervisor\nname = %s\n<children>\n%s</children>\n</entry>\n", name, children)
	}
	text := before + group("g", recorded("a", "")+recorded("b", "expected = stopped")+group("in", recorded("x", "")+recorded("y", "")))
	dir, conf := writeConf(t, text)
	writeFile(t, filepath.Join(dir, "svc"), recording, 0o755)
	return dir, func(words string) answer {
		args := append([]string{"/usr/bin/simplevisor", "--conf", conf}, strings.Fields(strings.ReplaceAll(words, "DIR", dir))...)
		var stdout, stderr output
		code := run(args, testEnv(), &stdout, &stderr)
		short := strings.NewReplacer(dir, "DIR").Replace
		return answer{short(stdout.String()), short(stderr.String()), code}
	}
}

func ran(t *testing.T, dir string) string {
	t.Helper()
	text, _ := os.ReadFile(filepath.Join(dir, "log"))
	_ = os.Remove(filepath.Join(dir, "log"))
	return strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", ", ")
}

func TestOldNameActs(t *testing.T) {
	t.Parallel()
	dir, old := oldConf(t, "")
	for _, step := range []struct {
		words string
		want  answer
		ran   string
	}{
		{"check", answer{"g: WARNING, not expected\n  a: WARNING, not running, not expected\n  b: OK, not running, as expected\n" +
			"  in: WARNING, not expected\n    x: WARNING, not running, not expected\n    y: WARNING, not running, not expected\n", "", 1}, ""},
		{"check g/b", answer{"b: OK, not running, as expected\n", "", 0}, ""},
		{"status g/a", answer{"", "", 3}, ""},
		{"start g/a", answer{}, "a start"},
		{"start g/a", answer{}, "a start"}, // again: no look at the state
		{"status g/a", answer{}, ""},
		{"restart g/a", answer{}, "a stop, a start"},
		{"start g", answer{}, "x start, y start"},
		{"check", answer{"g: OK, as expected\n  a: OK, running, as expected\n  b: OK, not running, as expected\n" +
			"  in: OK, as expected\n    x: OK, running, as expected\n    y: OK, running, as expected\n", "", 0}, ""},
		{"restart g/in", answer{}, "y stop, x stop, x start, y start"},
		{"stop /", answer{}, "y stop, x stop, a stop"},
		{"status g/in", answer{"status command not supported on a supervisor node, look at \"check\" command instead\n", "", 1}, ""},
		{"start g/nosuch", answer{"given path is invalid: g/nosuch\n", "", 1}, ""},
		{"restart", answer{"restart command is accepted only with a path\n", "", 1}, ""},
		{"--daemon stop g/a", answer{"daemon option make sense only with start command\n", "", 1}, ""},
		{"check_configuration", answer{"the configuration file is valid\n", "", 0}, ""},
	} {
		got := old(step.words)
		if got != step.want {
			t.Errorf("%s\ngot  %+v\nwant %+v", step.words, got, step.want)
		}
		if got := ran(t, dir); got != step.ran {
			t.Errorf("%s: ran %q, want %q", step.words, got, step.ran)
		}
	}
}

func TestOldNameFailures(t *testing.T) {
	t.Parallel()
	dir, old := oldConf(t, "")
	for name, code := range map[string]string{"a.start": "7", "a.stop": "9", "x.start": "5"} {
		writeFile(t, filepath.Join(dir, name), code+"\n", 0o644)
	}
	for words, code := range map[string]int{"start g/a": 7, "stop g/a": 9, "restart g/a": 15} {
		if got := old(words); got != (answer{code: code}) {
			t.Errorf("%s: %+v, want %d", words, got, code)
		}
	}
	ran(t, dir)
	got := old("start g/in") // the rest of the group is not started
	want := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} simplevisor\[` + fmt.Sprint(os.Getpid()) + `\]: \[ERROR\] g/in/x: cannot start: .*exit status 5.*\n$`)
	if !want.MatchString(got.stdout) || got.code != 5 || ran(t, dir) != "x start" {
		t.Errorf("%+v", got)
	}
}

func TestOldNameOutput(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, entry("a", "start = /bin/echo hello%20world\nstop = /bin/false\nstatus = /bin/true"))
	var stdout, stderr output
	code := run([]string{"simplevisor", "start", "a", "--conf", conf}, testEnv(), &stdout, &stderr)
	if stdout.String() != "stdout: hello world\n" || code != 0 {
		t.Errorf("%q, %q, %d in %s", stdout.String(), stderr.String(), code, dir)
	}
}

func TestOldNamePages(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"--version": "simplevisor 1.3\n",
		"help":      "usage: simplevisor [-h]",
		"-h":        "usage: simplevisor [-h]",
		"pod":       "SIMPLEVISOR(1)",
		"rst":       "SIMPLEVISOR(1)",
	} {
		var stdout, stderr output
		code := run([]string{"simplevisor", words}, nil, &stdout, &stderr)
		if !strings.HasPrefix(stdout.String(), want) || code != 0 || stderr.String() != "" {
			t.Errorf("%s: %d, %.40q, %q", words, code, stdout.String(), stderr.String())
		}
	}
	var stdout, stderr output
	code := run([]string{"simplevisor", "nosuch"}, nil, &stdout, &stderr)
	if code != 2 || stdout.String() != "" || !strings.Contains(stderr.String(), "\nsimplevisor: error: argument command: command must be one of check, ") {
		t.Errorf("%d, %q, %q", code, stdout.String(), stderr.String())
	}
}

func TestOldNameConfiguration(t *testing.T) {
	t.Parallel()
	for before, want := range map[string]answer{
		"<simplevisor>\npath = g/b\n</simplevisor>\n":                     {"b: OK, not running, as expected\n", "", 0},
		"<simplevisor>\npath = g/b\ncommand = stop\n</simplevisor>\n":     {"b: OK, not running, as expected\n", "", 0},
		"<simplevisor>\npath = g/b\ndaemon = true\n</simplevisor>\n":      {"daemon option make sense only with start command\n", "", 1},
		"<simplevisor>\npath = g/b\nlog = nosuch\n</simplevisor>\n":       {"", "simplevisor: DIR/a.conf:1:1: log \"nosuch\" is wrong: want null, file, syslog, stdout\n", 1},
		"<simplevisor>\npath = g/b\nlog = file\n</simplevisor>\n":         {"", "simplevisor: cannot log: log \"file\" needs a logfile\n", 1},
		"<simplevisor>\npath = g/b\nnosuch = 1\n</simplevisor>\n":         {"", "simplevisor: DIR/a.conf:3:1: unknown key \"nosuch\"\n", 1},
		"<simplevisor>\npath = g/b\nloglevel = warn\n</simplevisor>\n":    {"b: OK, not running, as expected\n", "", 0},
		"var_x = 1\n<simplevisor>\npath = g/b\nvar_y = 1\n</simplevisor>": {"b: OK, not running, as expected\n", "", 0},
	} {
		_, old := oldConf(t, strings.TrimSuffix(before, "\n")+"\n")
		if got := old("check"); got != want {
			t.Errorf("%s\ngot  %+v\nwant %+v", before, got, want)
		}
	}
	for words, want := range map[string]answer{
		"check":                             {"no entry found\n", "", 1},
		"status":                            {"status requires a pidfile\n", "", 1},
		"stop":                              {"quit requires a pidfile\n", "", 1},
		"stop_supervisor":                   {"stop_supervisor requires a pidfile\n", "", 1},
		"wake_up":                           {"action wake_up requires a pidfile\n", "", 1},
		"restart_child g/a":                 {"action restart_child g/a requires a pidfile\n", "", 1},
		"--conftype x check":                {"", "simplevisor: invalid configuration type: x\n", 1},
		"--conf /no/such/file check":        {"", "simplevisor: /no/such/file: cannot read: no such file or directory\n", 1},
		"--loglevel nosuch --log null stop": {"quit requires a pidfile\n", "", 1},
	} {
		var stdout, stderr output
		code := run(append([]string{"simplevisor"}, strings.Fields(words)...), nil, &stdout, &stderr)
		if got := (answer{stdout.String(), stderr.String(), code}); got != want {
			t.Errorf("%s\ngot  %+v\nwant %+v", words, got, want)
		}
	}
}

// TestOldNamePidFile: without a supervisor, the commands for one succeed.
func TestOldNamePidFile(t *testing.T) {
	t.Parallel()
	const gone = "4194303" // the highest pid, which no test machine reaches
	told := func(what string) string { return "simplevisor (pid " + gone + ") is being told to " + what + "...\n" }
	const anymore = "simplevisor (pid " + gone + ") does not seem to be running anymore\n"
	for _, test := range []struct {
		content, words string
		want           answer
	}{
		{"", "status", answer{"does not seem to be running\n", "", 3}},
		{"", "stop", answer{"simplevisor does not seem to be running\n", "", 0}},
		{"", "wake_up", answer{"simplevisor does not seem to be running anymore\n", "", 0}},
		{gone, "status", answer{"pid " + gone + " does not seem to be running anymore\n", "", 3}},
		{gone, "stop", answer{told("quit") + anymore, "", 0}},
		{gone, "stop_supervisor", answer{told("stop_supervisor") + anymore, "", 0}},
		{gone, "stop_children", answer{told("stop_children"), "", 0}},
		{gone, "restart_child g/a", answer{told("restart_child g/a"), "", 0}},
		{gone + "\nrestart_child g/a", "status", answer{"pid " + gone + " does not seem to be running anymore\n", "", 3}},
		{"junk", "status", answer{"cannot read pidfile: \"DIR/pid\" is not a pid file: it holds \"junk\\n\"\n", "", 1}},
		{"junk", "stop", answer{"\"DIR/pid\" is not a pid file: it holds \"junk\\n\"\n", "", 1}},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "pid")
		if test.content != "" {
			writeFile(t, path, test.content+"\n", 0o644)
		}
		var stdout, stderr output
		code := run(append([]string{"simplevisor", "-p", path}, strings.Fields(test.words)...), nil, &stdout, &stderr)
		got := answer{strings.ReplaceAll(stdout.String(), dir, "DIR"), stderr.String(), code}
		if got != test.want {
			t.Errorf("%q, %s\ngot  %+v\nwant %+v", test.content, test.words, got, test.want)
		}
	}
}

func TestOldLayout(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)
	l := &logger{name: "n", layout: oldLayout}
	if got, want := l.line(2, "text", now), fmt.Sprintf("2026-02-03 04:05:06,789 n[%d]: [WARNING] text", os.Getpid()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOldLog(t *testing.T) {
	t.Parallel()
	var out output
	l := oldLog{&logger{name: "n", to: &out, layout: oldLayout}}
	gaveUp := &policy.GaveUpError{Path: "g", Adjusted: 3, Window: 5, Adjustments: 2}
	l.Error("%v", gaveUp)
	l.Error("%v", fmt.Errorf("because: %w", gaveUp))
	l.Error("%v", &policy.GaveUpError{Adjusted: 3, Window: 5, Adjustments: 2})
	l.Error("%s: %v", "other", nil)
	var texts []string
	for line := range strings.Lines(out.String()) {
		_, text, _ := strings.Cut(line, ": [ERROR] ")
		texts = append(texts, text)
	}
	const words = "g handled 3 adjustments in 5 supervision cycles\n"
	want := words + words + "gave up: the configuration needed repairs in 3 of the last 5 intervals, more than 2\nother: <nil>\n"
	if got := strings.Join(texts, ""); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
