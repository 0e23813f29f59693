package control

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// withoutDir removes the directory of a test from a text.
func (d *driven) withoutDir(text string) string { return strings.ReplaceAll(text, d.dir+"/", "") }

// TestFailures starts services whose commands fail. The state afterwards decides, and the
// first command that failed is the reason.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, keys, state string
		behaviour
		code  lsb.Action
		text  string
		calls string
	}{
		{
			name: "the command fails", keys: "control = FAKE", state: "3",
			behaviour: behaviour{start: "echo one; echo 'no such disk' >&2; exit 1"},
			code:      lsb.Failed, text: "cannot start: \"fake start\": exit status 1: no such disk\n  one", calls: "status, start, status",
		},
		{
			name: "without a word", keys: "control = FAKE", state: "3", behaviour: behaviour{start: "exit 99"},
			code: lsb.Failed, text: `cannot start: "fake start": exit status 99`, calls: "status, start, status",
		},
		{
			name: "by a signal", keys: "control = FAKE", state: "3", behaviour: behaviour{start: "kill -KILL $$"},
			code: lsb.Failed, text: `cannot start: "fake start": killed by signal KILL`, calls: "status, start, status",
		},
		{
			name: "and the service runs", keys: "control = FAKE", state: "3", behaviour: behaviour{start: "become 0; exit 1"},
			code: lsb.Done, text: "started", calls: "status, start, status",
		},
		{
			name: "the clean-up fails", keys: "control = FAKE", state: "1", behaviour: behaviour{stop: "echo stuck; exit 4"},
			code: lsb.NotPermitted, text: `cannot clean up: "fake stop": exit status 4: stuck`, calls: "status, stop",
		},
		{
			name: "the state is not reached", keys: "control = FAKE\ntimeout = 0.2", state: "3", behaviour: behaviour{start: "become 3"},
			code: lsb.Failed, text: "cannot start: after 200ms it is not running",
		},
		{
			name: "the state has a code that LSB does not define", keys: "control = FAKE\ntimeout = 0.2", state: "3", behaviour: behaviour{start: "become 77"},
			code: lsb.Failed, text: "cannot start: after 200ms it is in state 77, which LSB does not define",
		},
		{
			name: "the command hangs", keys: "control = FAKE\ntimeout = 0.3", state: "3", behaviour: behaviour{start: "sleep 1000 & wait"},
			code: lsb.Failed, text: `cannot start: "fake start": terminated after 300ms`, calls: "status, start, status",
		},
		{
			name: "it does not end by itself after all", keys: "control = FAKE\ntimeout = 0.3", state: "3", behaviour: behaviour{start: "become 0; sleep 1000"},
			code: lsb.Done, text: "started", calls: "status, start, status",
		},
		{
			name: "program is missing", keys: "start = DIR/missing\nstatus = FAKE status", state: "3",
			code: lsb.NotInstalled, text: `cannot start: cannot execute "missing": command not found`, calls: "status, status",
		},
		{
			name: "program is not executable", keys: "start = DIR/state\nstatus = FAKE status", state: "3",
			code: lsb.NotPermitted, text: `cannot start: cannot execute "state": permission denied`, calls: "status, status",
		},
		{
			name: "program is not in the path", keys: "start = fake start\npath = /usr/bin\nstatus = FAKE status", state: "3",
			code: lsb.NotInstalled, text: `cannot start: cannot execute "fake": command not found`, calls: "status, status",
		},
		{
			name: "every command is missing", keys: "control = DIR/missing", state: "3",
			code: lsb.NotInstalled, text: `cannot clean up: cannot execute "missing": command not found`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, test.behaviour)
			o := d.act(d.controller.Start, d.service(test.keys))
			if o.Code != test.code || d.withoutDir(o.Text) != test.text || o.Changed != (test.code == lsb.Done) {
				t.Errorf("got %+v, want %d and %q", o, test.code, test.text)
			}
			if got := d.calls(); test.calls != "" && got != prefixed(test.calls) {
				t.Errorf("got the calls %q, want %q", got, test.calls)
			}
			if got := d.lines("warning"); test.code != lsb.Done && len(got) > 0 || test.code == lsb.Done && len(got) != 1 {
				t.Errorf("got the warnings %q", got)
			}
		})
	}
}

// TestCodes returns the codes that LSB defines, and "failed" for all others.
func TestCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind string
		exit int
		want lsb.Action
	}{
		{"control = FAKE", 1, 1}, {"control = FAKE", 2, 2}, {"control = FAKE", 3, 3}, {"control = FAKE", 4, 4}, {"control = FAKE", 5, 5},
		{"control = FAKE", 6, 6}, {"control = FAKE", 7, 7}, {"control = FAKE", 8, 1}, {"control = FAKE", 126, 1}, {"control = FAKE", 255, 1},
		{"start = x\ndaemon = DIR/pid", 1, 1}, {"start = x\ndaemon = DIR/pid", 2, 6}, {"start = x\ndaemon = DIR/pid", 3, 1},
		{"start = x\ndaemon = DIR/pid", 126, 4}, {"start = x\ndaemon = DIR/pid", 127, 5}, {"start = x\ndaemon = DIR/pid", 143, 1},
	} {
		t.Run(fmt.Sprint(test.kind, test.exit), func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, "3", behaviour{start: fmt.Sprint("exit ", test.exit), restart: fmt.Sprint("exit ", test.exit), stop: fmt.Sprint("exit ", test.exit)})
			s := d.service(test.kind)
			if got := d.act(d.controller.Start, s); got.Code != test.want || got.Changed {
				t.Errorf("start: got %+v, want %d", got, test.want)
			}
			if got := d.act(d.controller.Restart, s); got.Code != test.want || got.Changed {
				t.Errorf("restart: got %+v, want %d", got, test.want)
			}
			d.write("state", "0\n", 0o644)
			if got := d.act(d.controller.Stop, s); got.Code != test.want || got.Changed || !strings.HasPrefix(got.Text, "cannot stop: ") {
				t.Errorf("stop: got %+v, want %d", got, test.want)
			}
		})
	}
}

// TestReloadCodes returns the codes of LSB for a reload command, also beside a daemon, whose
// other commands are svloop.
func TestReloadCodes(t *testing.T) {
	t.Parallel()
	for exit, want := range map[int]lsb.Action{1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 1, 126: 1, 127: 1} {
		for _, keys := range []string{"start = x\ndaemon = DIR/pid", "start = FAKE\nstatus = FAKE status"} {
			d := newDriven(t, "0", behaviour{start: fmt.Sprint("exit ", exit)})
			s := d.service(keys + "\nreload = FAKE reload")
			err := d.controller.perform(t.Context(), s, servicedef.Reload)
			failed, ok := errors.AsType[*CommandError](err)
			if !ok || failed.Code != want {
				t.Errorf("%s, exit status %d: got %v, want the code %d", keys, exit, err, want)
			}
		}
	}
}

// TestStatus tests every exit status of a status command.
func TestStatus(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys, state string
		want        Status
	}{
		{"control = FAKE", "0", Status{Code: 0, Detail: "running"}},
		{"control = FAKE", "1", Status{Code: 1, Detail: "dead, pid file exists"}},
		{"control = FAKE", "2", Status{Code: 2, Detail: "dead, lock file exists"}},
		{"control = FAKE", "3", Status{Code: 3, Detail: "not running"}},
		{"control = FAKE", "4", Status{Code: 4, Detail: "unknown"}},
		{"control = FAKE", "5", Status{Code: 5, Detail: "in state 5, which LSB does not define"}},
		{"control = FAKE", "255", Status{Code: 255, Detail: "in state 255, which LSB does not define"}},
		{"start = x\nstatus = FAKE status", "0", Status{Code: 0, Detail: "running"}},
		{"control = FAKE\ntimeout = 0.3", "hang", Status{Code: 4, Detail: "unknown: the status command was terminated after 300ms"}},
		{"control = DIR/missing", "0", Status{Code: 4, Detail: `cannot execute "missing": command not found`}},
		{"control = DIR/state", "0", Status{Code: 4, Detail: `cannot execute "state": permission denied`}},
	} {
		t.Run(test.keys+" "+test.state, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, behaviour{})
			got := d.controller.Status(t.Context(), d.service(test.keys))
			if got.Code != test.want.Code || d.withoutDir(got.Detail) != test.want.Detail || got.PIDs != nil {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if got, want := got.Dirty(), test.want.Code != 0 && test.want.Code != 3; got != want {
				t.Errorf("got %v from Dirty", got)
			}
		})
	}
}

// TestInterrupted starts nothing after the context is done, and reports the cause.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	why := errors.New("enough")
	d := newDriven(t, "3", behaviour{start: "become 3"})
	s := d.service("control = FAKE")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	for name, do := range map[string]func(context.Context, *driven) Outcome{
		"start":   func(ctx context.Context, d *driven) Outcome { return d.controller.Start(ctx, s) },
		"stop":    func(ctx context.Context, d *driven) Outcome { return d.controller.Stop(ctx, s) },
		"restart": func(ctx context.Context, d *driven) Outcome { return d.controller.Restart(ctx, s) },
	} {
		o := do(ctx, d)
		if o.Code != lsb.Failed || o.Changed || !strings.HasSuffix(o.Text, ": enough") {
			t.Errorf("%s: got %+v", name, o)
		}
	}
	if got := d.calls(); got != "" {
		t.Errorf("got the calls %q", got)
	}
}

// TestInterruptedWaiting stops waiting for the state.
func TestInterruptedWaiting(t *testing.T) {
	t.Parallel()
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	d := newDriven(t, "3", behaviour{start: "become 3"})
	s := d.service("control = FAKE")
	d.controller.Log = cancelAfter{&d.log, `s: "` + d.program + ` start": exit status 0`, func() { cancel(why) }}
	o := d.controller.Start(ctx, s)
	if want := (Outcome{Code: lsb.Failed, Text: "cannot start: enough"}); o != want {
		t.Errorf("got %+v, want %+v", o, want)
	}
	if got := d.calls(); got != prefixed("status, start") {
		t.Errorf("got the calls %q", got)
	}
}

// cancelAfter is a log that calls a function after a certain message.
type cancelAfter struct {
	*recorder
	line   string
	cancel func()
}

func (c cancelAfter) Debug(format string, args ...any) {
	c.recorder.Debug(format, args...)
	if fmt.Sprintf(format, args...) == c.line {
		c.cancel()
	}
}

// TestLog logs the output of a command at debug level, and no problem twice.
func TestLog(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "1", behaviour{start: "echo to be; echo or not >&2; become 0; exit 3"})
	d.act(d.controller.Start, d.service("control = FAKE"))
	want := []string{
		`s: running "fake status"`, `s: "fake status": exit status 1`,
		`s: running "fake stop"`, `s: "fake stop": exit status 0`,
		`s: running "fake start"`, "s: to be", "s: or not", `s: "fake start": exit status 3`,
		`s: running "fake status"`, `s: "fake status": exit status 0`,
	}
	if got := d.lines("debug"); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := d.lines("info"), []string{"s: cleaning up: dead, pid file exists"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := d.lines("warning"), []string{`s: started, although: "fake start": exit status 3: or not`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	denied := &os.PathError{Op: "open", Path: filepath.Join("a", "b"), Err: os.ErrPermission}
	for _, test := range []struct {
		err  error
		want Outcome
	}{
		{errors.New("x"), Outcome{Code: 1, Text: "cannot stop: x"}},
		{denied, Outcome{Code: 4, Text: "cannot stop: open a/b: permission denied"}},
		{&CommandError{Code: 5, Err: denied}, Outcome{Code: 5, Text: "cannot stop: open a/b: permission denied"}},
		{&CommandError{Code: 7, Argv: []string{"a", "b"}, How: "exit status 7"}, Outcome{Code: 7, Text: `cannot stop: "a b": exit status 7`}},
	} {
		if got := failed("stop", test.err); got != test.want {
			t.Errorf("got %+v, want %+v", got, test.want)
		}
	}
}
