package lsb

import "testing"

func TestStatus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status Status
		code   int
		text   string
	}{
		{Running, 0, "running"},
		{DeadPIDFile, 1, "dead, pid file exists"},
		{DeadLock, 2, "dead, lock file exists"},
		{NotRunning, 3, "not running"},
		{Unknown, 4, "unknown"},
		{Status(5), 5, "unknown"},
		{Status(-1), -1, "unknown"},
	} {
		if int(test.status) != test.code || test.status.String() != test.text {
			t.Errorf("got %d %q, want %d %q", int(test.status), test.status, test.code, test.text)
		}
	}
}

func TestAction(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action Action
		code   int
		text   string
	}{
		{Done, 0, "done"},
		{Failed, 1, "failed"},
		{Usage, 2, "wrong usage"},
		{Unimplemented, 3, "unimplemented"},
		{NotPermitted, 4, "not permitted"},
		{NotInstalled, 5, "not installed"},
		{NotConfigured, 6, "not configured"},
		{NotActive, 7, "not running"},
		{Action(8), 8, "failed"},
	} {
		if int(test.action) != test.code || test.action.String() != test.text {
			t.Errorf("got %d %q, want %d %q", int(test.action), test.action, test.code, test.text)
		}
	}
}

func TestActionOf(t *testing.T) {
	t.Parallel()
	for exit := range 8 {
		if got := ActionOf(exit); int(got) != exit {
			t.Errorf("%d became %d", exit, int(got))
		}
	}
	for _, exit := range []int{-1, 8, 99, 100, 127, 143, 150, 255} {
		if got := ActionOf(exit); got != Failed {
			t.Errorf("%d became %d, want %d", exit, int(got), int(Failed))
		}
	}
}
