package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// TestVerdict has the texts of simplevisor, which monitoring systems parse.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		expected servicedef.Expected
		code     lsb.Status
		ok       bool
		want     string
	}{
		{servicedef.Running, 0, true, "s: OK, running, as expected"},
		{servicedef.Running, 3, false, "s: WARNING, not running, not expected"},
		{servicedef.Running, 1, false, `s: WARNING, in "dirty" state: 1`},
		{servicedef.Running, 4, false, `s: WARNING, in "dirty" state: 4`},
		{servicedef.Stopped, 0, false, "s: WARNING, found running, not expected"},
		{servicedef.Stopped, 3, true, "s: OK, not running, as expected"},
		{servicedef.Stopped, 2, false, `s: WARNING, in "dirty" state: 2`},
		{servicedef.Stopped, 150, false, `s: WARNING, in "dirty" state: 150`},
	} {
		s := &servicedef.Service{Name: "s", Path: "g/s", Expected: test.expected}
		if got := control.AsExpected(s, test.code); got != test.ok {
			t.Errorf("%s, %d: got %v", test.expected, int(test.code), got)
		}
		if got := verdict(s, test.code); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestJudgeRestarts reports a warning for a running service that was restarted too often.
func TestJudgeRestarts(t *testing.T) {
	t.Parallel()
	if servicedef.MostRestarts >= pidfile.MaxRestarts {
		t.Errorf("an instance remembers %d restarts, too few for %d", pidfile.MaxRestarts, servicedef.MostRestarts)
	}
	now := time.Now()
	record := &pidfile.Record{RestartedAt: []time.Time{now.Add(-time.Hour), now.Add(-9 * time.Second), now}}
	for _, test := range []struct {
		expected servicedef.Expected
		max      servicedef.MaxRestarts
		found    control.Status
		ok       bool
		want     string
	}{
		{servicedef.Running, servicedef.MaxRestarts{}, control.Status{Record: record}, true, "s: OK, running, as expected"},
		{servicedef.Running, servicedef.MaxRestarts{Number: 2, Within: time.Minute}, control.Status{Record: record}, true, "s: OK, running, as expected"},
		{servicedef.Running, servicedef.MaxRestarts{Number: 1, Within: time.Minute}, control.Status{Record: record}, false, "s: WARNING, running, restarted 2 times within 1m0s"},
		{servicedef.Running, servicedef.MaxRestarts{Within: time.Second}, control.Status{Record: record}, false, "s: WARNING, running, restarted 1 time within 1s"},
		{servicedef.Running, servicedef.MaxRestarts{Number: 2, Within: 2 * time.Hour}, control.Status{Record: record}, false, "s: WARNING, running, restarted 3 times within 2h0m0s"},
		{servicedef.Running, servicedef.MaxRestarts{Within: time.Minute}, control.Status{}, true, "s: OK, running, as expected"},
		{servicedef.Running, servicedef.MaxRestarts{Within: time.Minute}, control.Status{Code: 1, Record: record}, false, `s: WARNING, in "dirty" state: 1`},
		{servicedef.Stopped, servicedef.MaxRestarts{Within: time.Minute}, control.Status{Code: 3, Record: record}, true, "s: OK, not running, as expected"},
	} {
		s := &servicedef.Service{Name: "s", Expected: test.expected, MaxRestarts: test.max}
		if ok, text := judge(s, test.found); ok != test.ok || text != test.want {
			t.Errorf("%+v: got %v, %q; want %q", test.max, ok, text, test.want)
		}
	}
}

// inState is the text of a service whose status command exits with a code.
func inState(name string, code int, expected string) string {
	return entry(name, fmt.Sprintf("start = x\nstatus = /bin/sh -c exit%%20%d\nexpected = %s", code, expected))
}

// groupOf is the text of a group.
func groupOf(name string, children ...string) string {
	return "<entry>\ntype = supervisor\nname = " + name + "\n<children>\n" + strings.Join(children, "") + "</children>\n</entry>\n"
}

// TestCheck prints groups above their children, and exits with 0 if all states are as
// expected.
func TestCheck(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, groupOf("good", inState("a", 0, "running"), groupOf("inner", inState("b", 3, "stopped")))+
		groupOf("bad", inState("a", 3, "running"), inState("c", 0, "stopped"))+inState("d", 1, "running"))
	const good = `good: OK, as expected
  a: OK, running, as expected
  inner: OK, as expected
    b: OK, not running, as expected
`
	const bad = `bad: WARNING, not expected
  a: WARNING, not running, not expected
  c: WARNING, found running, not expected
`
	const dirty = "d: WARNING, in \"dirty\" state: 1\n"
	wantAnswer(t, dir, answer{stdout: good + bad + dirty, code: 1}, "--conf", conf, "check")
	wantAnswer(t, dir, answer{stdout: good}, "--conf", conf, "check", "good")
	wantAnswer(t, dir, answer{stdout: dirty + "b: OK, not running, as expected\n", code: 1}, "--conf", conf, "-j", "1", "check", "d", "good/inner/b")
}

// TestStatus prints a line for one service, and a table for several.
func TestStatus(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, inState("a", 0, "running")+groupOf("g", inState("b", 3, "stopped"), inState("c", 1, "running")))
	const (
		header = "SERVICE  STATE                  EXPECTED  PID  UPTIME  CPU  MEMORY\n"
		b      = "g/b      not running            stopped   -    -       -    -\n"
		c      = "g/c      dead, pid file exists  running   -    -       -    -\n"
	)
	wantAnswer(t, dir, answer{stdout: "a: running\n"}, "--conf", conf, "status", "a")
	wantAnswer(t, dir, answer{stdout: "g/b: not running\n", code: 3}, "--conf", conf, "status", "b")
	wantAnswer(t, dir, answer{stdout: "g/c: dead, pid file exists\n", code: 1}, "--conf", conf, "status", "g/c")
	wantAnswer(t, dir, answer{stdout: header + b + c, code: 3}, "--conf", conf, "status", "g")
	wantAnswer(t, dir, answer{stdout: header + "a        running                running   -    -       -    -\n" + b + c, code: 3}, "--conf", conf, "status")
	wantAnswer(t, dir, answer{stdout: header + c + b, code: 1}, "--conf", conf, "status", "c", "g")
}
