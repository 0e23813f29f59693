package control

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// ways are equivalent entries: each runs the fake program with the words start, stop,
// status and restart.
var ways = []struct{ name, keys string }{
	{"control", "control = FAKE"},
	{"commands", "start = FAKE start\nstop = FAKE stop\nstatus = FAKE status\nrestart = FAKE restart"},
}

// TestActions runs each action in each state, and compares the commands that are run, in
// order.
func TestActions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action servicedef.Action
		state  string
		calls  string
		text   string
	}{
		{servicedef.Start, "0", "status", "already running"},
		{servicedef.Start, "3", "status, start, status", "started"},
		{servicedef.Start, "1", "status, stop, start, status", "started"},
		{servicedef.Start, "2", "status, stop, start, status", "started"},
		{servicedef.Start, "4", "status, stop, start, status", "started"},
		{servicedef.Start, "150", "status, stop, start, status", "started"},
		{servicedef.Stop, "3", "status", "already stopped"},
		{servicedef.Stop, "0", "status, stop, status", "stopped"},
		{servicedef.Stop, "1", "status, stop, status", "stopped"},
		{servicedef.Stop, "4", "status, stop, status", "stopped"},
		{servicedef.Stop, "150", "status, stop, status", "stopped"},
		{servicedef.Restart, "0", "restart, status", "restarted"},
		{servicedef.Restart, "3", "restart, status", "restarted"},
		{servicedef.Restart, "1", "restart, status", "restarted"},
		{servicedef.Restart, "4", "restart, status", "restarted"},
	} {
		for _, way := range ways {
			t.Run(way.name+" "+string(test.action)+" "+test.state, func(t *testing.T) {
				t.Parallel()
				d := newDriven(t, test.state, behaviour{})
				s := d.service(way.keys)
				do := map[servicedef.Action]func(context.Context, *servicedef.Service) Outcome{
					servicedef.Start: d.controller.Start, servicedef.Stop: d.controller.Stop, servicedef.Restart: d.controller.Restart,
				}[test.action]
				want := Outcome{Code: lsb.Done, Changed: !strings.HasPrefix(test.text, "already"), Text: test.text}
				if got := d.act(do, s); got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				if got, want := d.calls(), prefixed(test.calls); got != want {
					t.Errorf("got the calls %q, want %q", got, want)
				}
				if got := d.lines("warning"); len(got) > 0 {
					t.Errorf("got the warnings %q", got)
				}
				// A second call changes nothing.
				if test.action == servicedef.Restart {
					return
				}
				if got := d.act(do, s); got.Code != lsb.Done || got.Changed || !strings.HasPrefix(got.Text, "already ") {
					t.Errorf("again: got %+v", got)
				}
				if got := d.calls(); got != prefixed("status") {
					t.Errorf("again: got the calls %q", got)
				}
			})
		}
	}
}

// prefixed puts the name of the program before each call.
func prefixed(calls string) string { return "fake " + strings.ReplaceAll(calls, ", ", ", fake ") }

// TestRestart tests each form of the key in each state.
func TestRestart(t *testing.T) {
	t.Parallel()
	const commands = "start = FAKE start\nstop = FAKE stop\nstatus = FAKE status"
	for _, test := range []struct{ keys, state, calls string }{
		{"control = FAKE\nrestart = stop+start", "0", "status, stop, status, start, status"},
		{"control = FAKE\nrestart = stop+start", "3", "status, start, status"},
		{"control = FAKE\nrestart = stop+start", "1", "status, stop, status, start, status"},
		{"control = FAKE\nrestart = stop+start", "4", "status, stop, status, start, status"},
		{"control = FAKE\nrestart = FAKE my restart", "0", "my restart, status"},
		{"control = FAKE\nrestart = FAKE my restart", "3", "my restart, status"},
		{"control = FAKE my\nstart = FAKE own start\nrestart = stop+start", "0", "my status, my stop, my status, own start, my status"},
		{commands, "0", "status, stop, status, start, status"},
		{commands, "3", "status, start, status"},
		{commands, "1", "status, stop, status, start, status"},
		{commands + "\nrestart = stop+start", "0", "status, stop, status, start, status"},
		{commands + "\nrestart = FAKE my restart", "1", "my restart, status"},
	} {
		t.Run(test.keys+" "+test.state, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, behaviour{})
			got := d.act(d.controller.Restart, d.service(test.keys))
			if want := (Outcome{Code: lsb.Done, Changed: true, Text: "restarted"}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if got, want := d.calls(), prefixed(test.calls); got != want {
				t.Errorf("got the calls %q, want %q", got, want)
			}
		})
	}
}

// TestSurroundings tests the environment and the directory of the commands.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	dir, err := os.Getwd() // commands run in the caller's directory
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ keys, path string }{
		{"control = FAKE one%20word two", ""},
		{"control = FAKE one%20word two\npath = /a:/b c", "/a:/b c"},
	} {
		d := newDriven(t, "3", behaviour{})
		s := d.service(test.keys)
		d.act(d.controller.Start, s)
		if got, want := d.calls(), prefixed("one word two status, one word two start, one word two status"); got != want {
			t.Errorf("got the calls %q, want %q", got, want)
		}
		path := test.path
		if path == "" {
			path = strings.TrimPrefix(d.controller.Env[1], "PATH=")
		}
		each := "PATH=" + path + " MARK=x y PWD=" + dir
		if got, want := d.take("surroundings"), strings.Join([]string{each, each, each}, ", "); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

// TestPathFindsPrograms searches bare names in the path of the service.
func TestPathFindsPrograms(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "3", behaviour{})
	if got := d.act(d.controller.Start, d.service("control = fake\npath = DIR")); got.Code != lsb.Done {
		t.Errorf("got %+v", got)
	}
	if got := d.calls(); got != prefixed("status, start, status") {
		t.Errorf("got the calls %q", got)
	}
}

// TestAwait returns when the state is reached, however late.
func TestAwait(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "3", behaviour{start: "become 3 1 4 0", stop: "become 0 0 3"})
	s := d.service("control = FAKE")
	if got := d.act(d.controller.Start, s); got.Text != "started" {
		t.Errorf("got %+v", got)
	}
	if got, want := d.calls(), prefixed("status, start, status, status, status, status"); got != want {
		t.Errorf("got the calls %q, want %q", got, want)
	}
	if got := d.act(d.controller.Stop, s); got.Text != "stopped" {
		t.Errorf("got %+v", got)
	}
	if got, want := d.calls(), prefixed("status, stop, status, status, status"); got != want {
		t.Errorf("got the calls %q, want %q", got, want)
	}
}
