package simplevisor

import (
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	fresh, old := now.Add(-pidfile.Freshness), now.Add(-pidfile.Freshness-time.Millisecond)
	const active, inactive = "(pid 7) was active on 2026-03-01 11:59:00.000000", "(pid 7) is not running since 2026-03-01 11:58:59.999000"
	for _, test := range []struct {
		state   pidfile.State
		pid     int
		touched time.Time
		halted  bool
		text    string
		code    int
	}{
		{pidfile.Running, 7, fresh, false, active, 0},
		{pidfile.Starting, 7, fresh, false, active, 0},
		{pidfile.Running, 7, fresh, true, active, 0},
		{pidfile.Running, 7, old, false, "(pid 7) was active on 2026-03-01 11:58:59.999000", 0},
		{pidfile.Running, 7, old, true, inactive, 1},
		{pidfile.Stuck, 7, old, false, inactive, 1},
		{pidfile.Unknown, 7, old, false, inactive, 1},
		{pidfile.Stopped, 0, time.Time{}, false, "does not seem to be running", 3},
		{pidfile.Dead, 0, fresh, false, "does not seem to be running", 3},
		{pidfile.Dead, 7, fresh, false, "pid 7 does not seem to be running anymore", 3},
		{pidfile.Unknown, 0, fresh, false, "cannot read pidfile: why", 1},
	} {
		s := Observation{Status: pidfile.Status{State: test.state, PID: test.pid, Reason: "why"}, Touched: test.touched, Halted: test.halted}
		if text, code := Describe(s, now); text != test.text || code != test.code {
			t.Errorf("%+v: %q, %d", test, text, code)
		}
	}
}
