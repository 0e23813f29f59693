package supervisor

import (
	"errors"
	"testing"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

func TestStateOf(t *testing.T) {
	t.Parallel()
	daemon := &servicedef.Service{Start: []string{"x"}, Daemon: "/x.pid"}
	controlled := &servicedef.Service{Control: []string{"x"}}
	failure := errors.New("too many open files")
	for _, test := range []struct {
		service *servicedef.Service
		status  control.Status
		want    supervision.State
	}{
		{daemon, control.Status{State: pidfile.Running, Code: lsb.Running}, supervision.Running},
		{daemon, control.Status{State: pidfile.Restarting, Code: lsb.NotRunning}, supervision.Recovering},
		{daemon, control.Status{State: pidfile.Stopped, Code: lsb.NotRunning}, supervision.Stopped},
		{daemon, control.Status{State: pidfile.Dead, Code: lsb.DeadPIDFile}, supervision.Dirty},
		{daemon, control.Status{State: pidfile.Dead, Code: lsb.DeadPIDFile, Err: failure}, supervision.Unknown},
		{daemon, control.Status{State: pidfile.Unknown, Code: lsb.Unknown}, supervision.Unknown},
		{controlled, control.Status{Code: lsb.Unknown}, supervision.Dirty},
		{controlled, control.Status{Code: lsb.DeadLock}, supervision.Dirty},
	} {
		if got := stateOf(test.service, test.status); got != test.want {
			t.Errorf("%+v: %s, want %s", test.status, got, test.want)
		}
	}
}
