//go:build linux

package pidfile_test

import (
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
)

func TestState(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		state pidfile.State
		text  string
		code  lsb.Status
		alive bool
	}{
		{pidfile.Stopped, "stopped", 3, false},
		{pidfile.Running, "running", 0, true},
		{pidfile.Starting, "starting", 0, true},
		{pidfile.Restarting, "restarting", 1, true},
		{pidfile.Dead, "dead", 1, false},
		{pidfile.Failed, "failed", 3, false},
		{pidfile.Stuck, "stuck", 4, false},
		{pidfile.Unknown, "unknown", 4, false},
		{pidfile.State(-1), "unknown", 4, false},
	} {
		if test.state.String() != test.text || test.state.LSB() != test.code || test.state.Alive() != test.alive {
			t.Errorf("%d is %q, code %d, alive %v; want %+v", int(test.state), test.state, test.state.LSB(), test.state.Alive(), test)
		}
	}
}
