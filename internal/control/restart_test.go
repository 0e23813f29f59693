package control

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
)

// TestRestartRefused tests the meaning of a failed restart command: if a control command
// does not implement the word, the service is stopped and started.
func TestRestartRefused(t *testing.T) {
	t.Parallel()
	const (
		restarted = "restarted"
		instead   = "restart, status, stop, status, start, status"
	)
	for _, test := range []struct {
		name, keys, restart, state string
		code                       lsb.Action
		text, calls                string
	}{
		{"usage", "control = FAKE", "exit 2", "0", lsb.Done, restarted, instead},
		{"unimplemented", "control = FAKE", "exit 3", "0", lsb.Done, restarted, instead},
		{"of a dead service", "control = FAKE", "exit 3", "1", lsb.Done, restarted, instead},
		{"of a stopped service", "control = FAKE", "exit 2", "3", lsb.Done, restarted, "restart, status, start, status"},
		{"failed", "control = FAKE", "exit 1", "0", lsb.Failed, `cannot restart: "fake restart": exit status 1`, "restart"},
		{"not permitted", "control = FAKE", "echo no; exit 4", "0", lsb.NotPermitted, `cannot restart: "fake restart": exit status 4: no`, "restart"},
		{"not running", "control = FAKE", "exit 7", "3", lsb.NotActive, `cannot restart: "fake restart": exit status 7`, "restart"},
		{"too long", "control = FAKE\ntimeout = 0.3", "become 0; sleep 1000", "0", lsb.Failed, `cannot restart: "fake restart": terminated after 300ms`, "restart"},
		{"of its own", "control = FAKE\nrestart = FAKE a restart", "exit 3", "0", lsb.Unimplemented, `cannot restart: "fake a restart": exit status 3`, "a restart"},
		{"without control", "start = FAKE start\nstatus = FAKE status\nrestart = FAKE restart", "exit 2", "0", lsb.Usage, `cannot restart: "fake restart": exit status 2`, "restart"},
		{"of a daemon", "start = x\ndaemon = DIR/pid\nrestart = FAKE restart", "exit 3", "0", lsb.Failed, `cannot restart: "fake restart": exit status 3`, "restart"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDriven(t, test.state, behaviour{restart: test.restart})
			o := d.act(d.controller.Restart, d.service(test.keys))
			if o.Code != test.code || d.withoutDir(o.Text) != test.text || o.Changed != (test.code == lsb.Done) {
				t.Errorf("got %+v, want %d and %q", o, test.code, test.text)
			}
			if got := d.calls(); got != prefixed(test.calls) {
				t.Errorf("got the calls %q, want %q", got, test.calls)
			}
		})
	}
}

// TestUnprovenStart does not accept a state as the effect of a failed command if the
// state may have existed before.
func TestUnprovenStart(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]lsb.Action{"1": lsb.Done, "2": lsb.Done, "4": lsb.Failed, "150": lsb.Failed} {
		d := newDriven(t, state, behaviour{start: "become 0; exit 1"})
		if o := d.act(d.controller.Start, d.service("control = FAKE")); o.Code != want {
			t.Errorf("in state %s: got %+v, want %d", state, o, want)
		}
	}
}

func TestCommandErrorOutput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		e    CommandError
		want string
	}{
		{CommandError{}, `"x": failed`},
		{CommandError{Output: []string{"a"}}, `"x": failed: a`},
		{CommandError{Output: []string{"a", "b", "c"}}, "\"x\": failed: c\n  a\n  b"},
		{CommandError{svloop: true, Output: []string{"svloop: warning: w", "svloop: a", "svloop: hint: b"}}, "\"x\": failed: svloop: a\n  svloop: hint: b\n  svloop: warning: w"},
		{CommandError{svloop: true, Output: []string{"svloop: warning: w"}}, "\"x\": failed: svloop: warning: w"},
	} {
		test.e.Argv, test.e.How = []string{"x"}, "failed"
		if got := test.e.Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	said := &tail{most: 3}
	for _, line := range []string{"a", "b", "\x1b[31mred\x07", "é\xff\tx", strings.Repeat("y", 10_000)} {
		said.add(line)
	}
	want := []string{`\x1b[31mred\a`, `é\xff x`, strings.Repeat("y", mostBytes) + "…"}
	if strings.Join(said.lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", said.lines, want)
	}
}

// interrupter cancels after a command has exited with status 3.
type interrupter struct {
	*recorder
	cancel context.CancelFunc
}

func (i interrupter) Debug(format string, args ...any) {
	i.recorder.Debug(format, args...)
	if text := fmt.Sprintf(format, args...); strings.HasSuffix(text, "exit status 3") {
		i.cancel()
	}
}

// TestRestartInterrupted reports the state of a service that was stopped but not started.
func TestRestartInterrupted(t *testing.T) {
	t.Parallel()
	d := newDriven(t, "0", behaviour{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	d.controller.Log = interrupter{&d.log, cancel}
	o := d.controller.Restart(ctx, d.service("control = FAKE\nrestart = stop+start"))
	const want = "cannot restart: it was stopped, but not started: context canceled"
	if o.Code != lsb.Failed || o.Text != want {
		t.Errorf("got %+v, want %q", o, want)
	}
	if got := d.calls(); got != prefixed("status, stop, status") {
		t.Errorf("got the calls %q", got)
	}
}
