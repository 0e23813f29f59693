package lsb_test

import (
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status lsb.Status
		code   int
		text   string
	}{
		{lsb.Running, 0, "running"},
		{lsb.DeadPIDFile, 1, "dead, pid file exists"},
		{lsb.DeadLock, 2, "dead, lock file exists"},
		{lsb.NotRunning, 3, "not running"},
		{lsb.Unknown, 4, "unknown"},
		{lsb.Status(5), 5, "unknown"},
		{lsb.Status(-1), -1, "unknown"},
	}
	for _, test := range tests {
		if int(test.status) != test.code || test.status.String() != test.text {
			t.Errorf("%d is %q, want %d and %q", int(test.status), test.status, test.code, test.text)
		}
	}
}
