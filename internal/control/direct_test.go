package control

import (
	"fmt"
	"testing"

	"github.com/svloop/svloop/pkg/servicedef"
)

// TestDirect: the state, which is in the second column, makes no difference.
func TestDirect(t *testing.T) {
	t.Parallel()
	const commands = "start = FAKE start\nstop = FAKE stop\nstatus = FAKE status"
	for _, test := range []struct {
		keys, state string
		b           behaviour
		action      servicedef.Action
		calls       string
		want        Answer
	}{
		{"control = FAKE", "0", behaviour{}, servicedef.Start, "start", Answer{}},
		{"control = FAKE", "3", behaviour{}, servicedef.Stop, "stop", Answer{}},
		{"control = FAKE", "3", behaviour{}, servicedef.Status, "status", Answer{Exit: 3}},
		{"control = FAKE", "7", behaviour{}, servicedef.Status, "status", Answer{Exit: 7}},
		{"control = FAKE", "3", behaviour{}, servicedef.Restart, "restart", Answer{}},
		{commands, "0", behaviour{}, servicedef.Start, "start", Answer{}},
		{commands, "0", behaviour{start: "echo one; echo two >&2; exit 9"}, servicedef.Start, "start", Answer{Exit: 9, Output: "one\ntwo"}},
		{commands, "0", behaviour{}, servicedef.Restart, "stop, start", Answer{}},
		{commands, "0", behaviour{stop: "echo a; exit 2", start: "echo b; exit 1"}, servicedef.Restart, "stop, start", Answer{Exit: 3, Output: "a\nb"}},
		{commands + "\nrestart = FAKE restart", "0", behaviour{restart: "exit 5"}, servicedef.Restart, "restart", Answer{Exit: 5}},
		{commands + "\ntimeout = 0.2", "hang", behaviour{}, servicedef.Status, "status", Answer{Exit: 1, Output: "timeout"}},
	} {
		t.Run(fmt.Sprint(test.action, test.keys, test.state, test.b), func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, test.b)
			if got := d.controller.Direct(t.Context(), d.service(test.keys), test.action); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if got, want := d.calls(), prefixed(test.calls); got != want {
				t.Errorf("got the calls %q, want %q", got, want)
			}
		})
	}
}

func TestDirectWithoutCommand(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "0", behaviour{})
	got := d.controller.Direct(t.Context(), d.service("control = /no/such/program"), servicedef.Start)
	if got != (Answer{Exit: 1, Output: `cannot execute "/no/such/program": command not found`}) {
		t.Errorf("%+v", got)
	}
	absent := d.service("start = DIR/absent --never")
	for action, want := range map[servicedef.Action]Answer{servicedef.Status: {Exit: 3}, servicedef.Stop: {}} {
		if got := d.controller.Direct(t.Context(), absent, action); got != want {
			t.Errorf("%s: %+v, want %+v", action, got, want)
		}
	}
}
