package control

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

const daemonKeys = "start = x -d\ndaemon = DIR/pid\ndaemon_options = --log a%20b"

// TestDaemon uses the fake program as svloop.
func TestDaemon(t *testing.T) {
	t.Parallel()
	const (
		status = "fake --pidfile PID --status"
		quit   = "fake --pidfile PID --quit"
		begin  = "fake -c 1 --pidfile PID --log a b --daemon x -d"
	)
	for _, test := range []struct {
		name, state string
		action      func(c *Controller) func(context.Context, *servicedef.Service) Outcome
		calls       []string
		text        string
	}{
		{"start a running service", "0", start, []string{status}, "already running"},
		{"start a stopped service", "3", start, []string{status, begin, status}, "started"},
		{"start a dead service", "1", start, []string{status, quit, begin, status}, "started"},
		{"stop a running service", "0", stop, []string{status, quit, status}, "stopped"},
		{"stop a stopped service", "3", stop, []string{status}, "already stopped"},
		{"stop a dead service", "1", stop, []string{status, quit, status}, "stopped"},
		{"restart a running service", "0", restart, []string{status, quit, status, begin, status}, "restarted"},
		{"restart a stopped service", "3", restart, []string{status, begin, status}, "restarted"},
		{"restart a stuck service", "4", restart, []string{status, quit, status, begin, status}, "restarted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, behaviour{})
			if got := d.act(test.action(d.controller), d.service(daemonKeys)); got.Text != test.text || got.Code != lsb.Done {
				t.Errorf("got %+v, want %q", got, test.text)
			}
			want := strings.ReplaceAll(strings.Join(test.calls, ", "), "PID", filepath.Join(d.dir, "pid"))
			if got := d.calls(); got != want {
				t.Errorf("got the calls %q\nwant %q", got, want)
			}
		})
	}
}

func start(c *Controller) func(context.Context, *servicedef.Service) Outcome   { return c.Start }
func stop(c *Controller) func(context.Context, *servicedef.Service) Outcome    { return c.Stop }
func restart(c *Controller) func(context.Context, *servicedef.Service) Outcome { return c.Restart }

// TestDaemonInProcess reads the pid file without running svloop.
func TestDaemonInProcess(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, content string
		want          Status
	}{
		{"no file", "", Status{Code: lsb.NotRunning, Detail: "not running"}},
		{"dead", "4194304\n", Status{Code: lsb.DeadPIDFile, Detail: "dead, but its pid file exists"}},
		{"malformed", "nonsense\n", Status{Code: lsb.Unknown}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, "0", behaviour{})
			d.controller.InProcess = true
			if test.content != "" {
				d.write("pid", test.content, 0o644)
			}
			got := d.controller.Status(t.Context(), d.service(daemonKeys))
			if got.Code != test.want.Code || got.PIDs != nil || test.want.Detail != "" && got.Detail != test.want.Detail {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if calls := d.calls(); calls != "" {
				t.Errorf("got the calls %q", calls)
			}
		})
	}
}
