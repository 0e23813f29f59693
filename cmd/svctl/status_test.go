package main

import (
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/table"
	"github.com/svloop/svloop/pkg/servicedef"
)

// someStatuses are services in different states.
func someStatuses() []serviceStatus {
	restarts := 7
	return []serviceStatus{
		{Path: "web/frontend", State: "running", Reason: "running", Expected: servicedef.Running, AsExpected: true, PIDs: []int{4711}, Uptime: 273000, CPU: 0.25, Memory: 12900000, Restarts: &restarts, LastExit: "-"},
		{Path: "web/backend", Code: 1, State: "restarting", Reason: "restarting (exit status 3, 7 restarts, next attempt in 4s)", Expected: servicedef.Running, Restarts: &restarts, LastExit: "exit status 3"},
		{Path: "日本語", Code: 3, State: "stopped", Reason: "not running", Expected: servicedef.Stopped, AsExpected: true},
		{
			Path: "cache", Code: 3, State: "stopped", Reason: "not running", Expected: servicedef.Running,
			remarks: remarks{ByHand: &byHand{State: servicedef.Stopped}, word: "stopped by hand", hold: "stopped by hand (root, 12:30)"},
		},
	}
}

func TestStatusTable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns uint16
		want    string
	}{
		{120, `
  SERVICE       STATE        EXPECTED   PID  UPTIME   CPU  MEMORY  RESTARTS  LAST EXIT
  web/frontend  running      running   4711    3d3h  0.2%   12.3M         7  -
! web/backend   restarting   running      -       -     -       -         7  exit status 3
    exit status 3, 7 restarts, next attempt in 4s
  日本語        not running  stopped      -       -     -       -         -  -
! cache         not running  running      -       -     -       -         -  -
    stopped by hand (root, 12:30)
`},
		{80, `
  SERVICE       STATE        EXPECTED   PID  UPTIME   CPU  MEMORY  RESTARTS
  web/frontend  running      running   4711    3d3h  0.2%   12.3M         7
! web/backend   restarting   running      -       -     -       -         7
    exit status 3, 7 restarts, next attempt in 4s
  日本語        not running  stopped      -       -     -       -         -
! cache         not running  running      -       -     -       -         -
    stopped by hand (root, 12:30)
`},
		{40, `
  SERVICE      STATE         PID  UPTIME
  web/…ontend  running      4711    3d3h
! web/backend  restarting      -       -
    exit status 3, 7 restarts, next
    attempt in 4s
  日本語       not running     -       -
! cache        not running     -       -
    stopped by hand (root, 12:30)
`},
	} {
		terminal, master := openSized(t, test.columns)
		s := &invocation{options: &options{colour: "never"}, stdout: &delivery{to: terminal}}
		s.printStatuses(someStatuses())
		want := strings.TrimPrefix(test.want, "\n")
		if got := written(terminal, master); got != want {
			t.Errorf("%d columns: got\n%s\nwant\n%s", test.columns, got, want)
		}
	}
}

// TestStatusForScripts has one line for each service, with everything, whatever COLUMNS is.
func TestStatusForScripts(t *testing.T) {
	t.Parallel()
	const want = `SERVICE       STATE                                                       EXPECTED  PID   UPTIME    CPU   MEMORY
web/frontend  running                                                     running   4711  75h50m0s  0.2%  12.3 MiB
web/backend   restarting (exit status 3, 7 restarts, next attempt in 4s)  running   -     -         -     -
日本語        not running                                                 stopped   -     -         -     -
cache         stopped by hand                                             running   -     -         -     -
`
	var pipe strings.Builder
	s := &invocation{options: &options{colour: "auto"}, env: environment{"COLUMNS=40"}, stdout: &pipe}
	s.printStatuses(someStatuses())
	if got := pipe.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestExplanation does not repeat the word in the column.
func TestExplanation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		r    serviceStatus
		want string
	}{
		{serviceStatus{State: "running", Reason: "running"}, ""},
		{serviceStatus{State: "stopped", Reason: "not running"}, ""},
		{serviceStatus{State: "failed", Reason: "failed (exit status 3, gave up)"}, "exit status 3, gave up"},
		{serviceStatus{State: "unknown", Reason: "unknown: permission denied"}, "permission denied"},
		{serviceStatus{State: "dead", Reason: "dead, but its pid file exists"}, "dead, but its pid file exists"},
		{serviceStatus{State: "unknown", Reason: "in state 150, which LSB does not define"}, "in state 150, which LSB does not define"},
		{serviceStatus{State: "running", Reason: "running", tooOften: "restarted 9 times within 1h"}, "restarted 9 times within 1h"},
		{serviceStatus{State: "stopped", Reason: "not running", remarks: remarks{note: "gave up at 12:30:00", hold: "stopped by hand"}}, "gave up at 12:30:00|stopped by hand"},
	} {
		if got := strings.Join(test.r.explanation(), "|"); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.r, got, test.want)
		}
	}
}

func TestStyle(t *testing.T) {
	t.Parallel()
	held, repaired, gaveUp := remarks{ByHand: &byHand{}}, remarks{Supervisor: &supervision{}}, remarks{Supervisor: &supervision{GaveUp: time.Now()}}
	for _, test := range []struct {
		r    serviceStatus
		want table.Style
	}{
		{serviceStatus{AsExpected: true, State: "running"}, table.Good},
		{serviceStatus{AsExpected: true, State: "starting"}, table.Good},
		{serviceStatus{AsExpected: true, Code: 3, State: "stopped"}, table.Quiet},
		{serviceStatus{State: "running"}, table.Warning}, // expected to be stopped, or restarted too often
		{serviceStatus{Code: 1, State: "restarting"}, table.Warning},
		{serviceStatus{Code: 3, State: "stopped", remarks: held}, table.Warning},
		{serviceStatus{Code: 3, State: "stopped", remarks: repaired}, table.Warning},
		{serviceStatus{Code: 3, State: "stopped", remarks: gaveUp}, table.Fault},
		{serviceStatus{Code: 3, State: "stopped"}, table.Fault},
		{serviceStatus{Code: 3, State: "failed"}, table.Fault},
		{serviceStatus{Code: 1, State: "dead"}, table.Fault},
		{serviceStatus{Code: 4, State: "stuck"}, table.Fault},
		{serviceStatus{Code: 150, State: "unknown"}, table.Fault},
	} {
		if got := test.r.style(); got != test.want {
			t.Errorf("%+v: got %d, want %d", test.r, got, test.want)
		}
	}
}
