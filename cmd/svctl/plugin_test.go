package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/nagios"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// TestPluginState has the table of svctl(1).
func TestPluginState(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		state            pidfile.State
		running, stopped nagios.State // by the expected state
	}{
		{pidfile.Running, nagios.OK, nagios.Warning},
		{pidfile.Starting, nagios.OK, nagios.Warning},
		{pidfile.Restarting, nagios.Warning, nagios.Warning},
		{pidfile.Dead, nagios.Critical, nagios.Warning},
		{pidfile.Failed, nagios.Critical, nagios.OK},
		{pidfile.Stopped, nagios.Critical, nagios.OK},
		{pidfile.Stuck, nagios.Unknown, nagios.Unknown},
		{pidfile.Unknown, nagios.Unknown, nagios.Unknown},
	} {
		found := control.Status{Code: test.state.LSB(), State: test.state}
		for expected, want := range map[servicedef.Expected]nagios.State{servicedef.Running: test.running, servicedef.Stopped: test.stopped} {
			if got := pluginState(&servicedef.Service{Expected: expected}, found); got != want {
				t.Errorf("%s, expected %s: %s, want %s", test.state, expected, got, want)
			}
		}
	}
}

// limit parses a threshold.
func limit(t *testing.T, text string) *threshold {
	t.Helper()
	var parsed *threshold
	if text != "" && setThreshold(&parsed, text) != nil {
		t.Fatalf("%q is no threshold", text)
	}
	return parsed
}

func TestPluginRestarts(t *testing.T) {
	t.Parallel()
	now := time.Now()
	record := &pidfile.Record{Runs: 8, RestartedAt: []time.Time{now.Add(-time.Hour), now.Add(-9 * time.Second), now}}
	running := control.Status{State: pidfile.Running, Detail: "running", Record: record}
	daemon := servicedef.Service{Path: "g/s", Expected: servicedef.Running, Daemon: "/p"}
	often := daemon
	often.MaxRestarts = servicedef.MaxRestarts{Number: 1, Within: time.Minute}
	off := daemon
	off.Expected = servicedef.Stopped
	for _, test := range []struct {
		warning, critical string
		service           servicedef.Service
		found             control.Status
		state             nagios.State
		text, perf        string
	}{
		{"", "", daemon, running, nagios.OK, "g/s: running, as expected", "'g/s'=0;;;0;3 'g/s_restarts'=7c;;;0"},
		{"7", "10", daemon, running, nagios.OK, "g/s: running, as expected", "'g/s'=0;;;0;3 'g/s_restarts'=7c;7;10;0"},
		{"6", "10", daemon, running, nagios.Warning, "g/s: running, as expected, restarted 7 times (WARNING: 6)", "'g/s'=1;;;0;3 'g/s_restarts'=7c;6;10;0"},
		{"1", "2", daemon, running, nagios.Critical, "g/s: running, as expected, restarted 7 times (CRITICAL: 2)", "'g/s'=2;;;0;3 'g/s_restarts'=7c;1;2;0"},
		{"1/60", "2/60", daemon, running, nagios.Warning, "g/s: running, as expected, restarted 2 times within 1m0s (WARNING: 1)", "'g/s'=1;;;0;3 'g/s_restarts'=7c;;;0 'g/s_restarts_60s'=2;1;2;0"},
		{"2/60", "2/7200", daemon, running, nagios.Critical, "g/s: running, as expected, restarted 3 times within 2h0m0s (CRITICAL: 2)",
			"'g/s'=2;;;0;3 'g/s_restarts'=7c;;;0 'g/s_restarts_7200s'=3;;2;0 'g/s_restarts_60s'=2;2;;0"},
		{"", "", often, running, nagios.Warning, "g/s: running, as expected, restarted 2 times within 1m0s", "'g/s'=1;;;0;3 'g/s_restarts'=7c;;;0"},
		{"0", "0", off, control.Status{Code: 3, Detail: "not running", Record: record}, nagios.OK, "g/s: not running, as expected", "'g/s'=0;;;0;3 'g/s_restarts'=7c;;;0"},
		{"9", "", daemon, control.Status{State: pidfile.Running, Detail: "running"}, nagios.Unknown, "g/s: running, as expected, its restarts can be read only by its user and root", "'g/s'=3;;;0;3"},
		{"9", "", servicedef.Service{Path: "c", Control: []string{"c"}, Expected: servicedef.Running}, control.Status{State: pidfile.Running, Detail: "running"}, nagios.OK, "c: running, as expected", "'c'=0;;;0;3"},
		{"", "", daemon, control.Status{Code: 4, State: pidfile.Stuck, Detail: "stuck"}, nagios.Unknown, "g/s: stuck", "'g/s'=3;;;0;3"},
	} {
		p := pluginOptions{warning: limit(t, test.warning), critical: limit(t, test.critical)}
		v := p.judge(&test.service, test.found)
		var perf []string
		for _, value := range v.perf {
			perf = append(perf, value.String())
		}
		if got := strings.Join(perf, " "); v.state != test.state || v.text != test.text || got != test.perf {
			t.Errorf("%q %q: got %s, %q, %s\nwant %s, %q, %s", test.warning, test.critical, v.state, v.text, got, test.state, test.text, test.perf)
		}
	}
}

// TestPlugin has the answers for states that need no processes.
func TestPlugin(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, groupOf("good", inState("a", 0, "running"), inState("b", 3, "stopped"))+
		groupOf("bad", inState("a", 3, "running"), inState("c", 0, "stopped"))+inState("d", 4, "running"))
	wantAnswer(t, dir, answer{stdout: "SVCTL OK: good/a: running, as expected | 'good/a'=0;;;0;3\n"}, "--conf", conf, "check", "--plugin", "good/a")
	wantAnswer(t, dir, answer{stdout: `SVCTL OK: 2 services as expected | 'critical'=0;;;0;2 'warning'=0;;;0;2 'unknown'=0;;;0;2 'ok'=2;;;0;2 'good/a'=0;;;0;3 'good/b'=0;;;0;3
[OK] good/a: running, as expected
[OK] good/b: not running, as expected
`}, "--conf", conf, "check", "--plugin", "good")
	wantAnswer(t, dir, answer{stdout: `SVCTL CRITICAL: 3 of 5 services not OK: bad/a: not running, not expected / bad/c: running, not expected / d: unknown | 'critical'=1;;;0;5 'warning'=1;;;0;5 'unknown'=1;;;0;5 'ok'=2;;;0;5 'good/a'=0;;;0;3 'good/b'=0;;;0;3 'bad/a'=2;;;0;3 'bad/c'=1;;;0;3 'd'=3;;;0;3
[CRITICAL] bad/a: not running, not expected
[WARNING] bad/c: running, not expected
[UNKNOWN] d: unknown
[OK] good/a: running, as expected
[OK] good/b: not running, as expected
`, code: 2}, "--conf", conf, "check", "--plugin")
	wantAnswer(t, dir, answer{stdout: "SVCTL WARNING: bad/c: running, not expected | 'bad/c'=1;;;0;3\n", code: 1}, "--conf", conf, "check", "--plugin", "c")
	wantAnswer(t, dir, answer{stdout: "SVCTL UNKNOWN: d: unknown | 'd'=3;;;0;3\n", code: 3}, "--conf", conf, "check", "--plugin", "d")
}

// TestPluginUnknown has an answer on standard output, whatever is wrong.
func TestPluginUnknown(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, inState("a", 0, "running")+entry("b", "start = x\ncolour = red\ncolor = red"))
	_, empty := writeConf(t, "<simplevisor>\n</simplevisor>\n")
	_, warned := writeConf(t, "whatever = 1\n"+inState("a", 0, "running"))
	const hinted = "\nhint: try svctl --help\n"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--conf", dir + "/none", "check", "--plugin"}, `^SVCTL UNKNOWN: \S+/none: cannot read: no such file or directory\nhint: `},
		{[]string{"--conf", conf, "check", "--plugin"}, `^SVCTL UNKNOWN: \S+/a.conf:12:1: unknown key "colour".*\n.*/a.conf:13:1: unknown key "color"`},
		{[]string{"--conf", empty, "check", "--plugin"}, `^SVCTL UNKNOWN: no service is defined in \S+/a.conf\n$`},
		{[]string{"--conf", warned, "check", "--plugin"}, `^SVCTL OK: a: running, as expected | 'a'=0;;;0;3\n.*warning`},
		{[]string{"--conf", warned, "check", "--plugin", "b"}, `^SVCTL UNKNOWN: no service "b" in the configuration \(did you mean "a"\?\)\n`},
		{[]string{"check", "--plugin", "--warning", "5:1"}, `^SVCTL UNKNOWN: option --warning: "5:1" is wrong: want RANGE or RANGE/SECONDS, such as 5, @1:5 or 5/3600` + hinted},
		{[]string{"check", "--plugin", "-c", "5/0"}, `^SVCTL UNKNOWN: option --critical: "5/0" is wrong: `},
		{[]string{"check", "--plugin", "-w", "5/x"}, `^SVCTL UNKNOWN: option --warning: "5/x" is wrong: `},
		{[]string{"check", "--plugin", "-t", "0"}, `^SVCTL UNKNOWN: option --timeout: "0" is wrong: want a number of seconds above 0, at most 1000000` + hinted},
		{[]string{"check", "--plugin", "--json"}, `^SVCTL UNKNOWN: options --plugin and --json cannot be combined` + hinted},
		{[]string{"check", "--plugin", "--quiet"}, `^SVCTL UNKNOWN: options --quiet and --plugin cannot be combined` + hinted},
		{[]string{"check", "--plugin", "--frobnicate"}, `^SVCTL UNKNOWN: unknown option --frobnicate` + hinted},
		{[]string{"check", "--plugin=1", "--frobnicate"}, `^SVCTL UNKNOWN: unknown option --frobnicate` + hinted},
		{[]string{"check", "--plugin=yes"}, `^SVCTL UNKNOWN: option --plugin: "yes" is wrong: want true or false` + hinted},
		{[]string{"--plugin"}, `^SVCTL UNKNOWN: no action given` + hinted},
		{[]string{"status", "--plugin"}, `^SVCTL UNKNOWN: option --plugin has no meaning with status` + hinted},
		{[]string{"check", "--plugin", "--help"}, `^usage: `},
		{[]string{"check", "--plugin", "--version"}, `^svctl `},
	} {
		stdout, stderr, code := svctl(test.args...)
		want := 3
		if strings.HasPrefix(stdout, "SVCTL OK") {
			want = 0
		}
		if code != want || stderr != "" || !regexp.MustCompile(test.want).MatchString(stdout) {
			t.Errorf("%q: %d, %q, %q", test.args, code, stdout, stderr)
		}
	}
	wantAnswer(t, "DIR", answer{stderr: "svctl: options --warning, --critical and --timeout need --plugin\nsvctl: hint: try svctl --help\n", code: 2}, "check", "--warning", "1")
	wantAnswer(t, "DIR", answer{stderr: "svctl: unknown option --frobnicate\nsvctl: hint: try svctl --help\n", code: 2}, "check", "--frobnicate", "--", "--plugin")
	wantAnswer(t, "DIR", answer{stderr: "svctl: unknown option --frobnicate\nsvctl: hint: try svctl --help\n", code: 2}, "check", "--plugin=false", "--frobnicate")
}

// TestPluginIsBounded has the problems in the part that every monitoring system reads.
func TestPluginIsBounded(t *testing.T) {
	t.Parallel()
	var all []pluginVerdict
	for range 1000 {
		all = append(all, pluginVerdict{nagios.OK, "service: running, as expected", []nagios.Perf{{Label: "service"}}})
	}
	all = append(all, pluginVerdict{nagios.Critical, "last: not running", []nagios.Perf{{Label: "last"}}})
	got := combine(all).String()
	const want = "SVCTL CRITICAL: 1 of 1001 services not OK: last: not running | 'critical'=1;;;0;1001 'warning'=0;;;0;1001 'unknown'=0;;;0;1001 'ok'=1000;;;0;1001\n[CRITICAL] last: not running\n[OK] service: "
	if !strings.HasPrefix(got, want) || len(got) > nagios.MaxOutput {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}
