package control

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
)

// TestReload runs the reload command of a service that runs, and no other command.
func TestReload(t *testing.T) {
	t.Parallel()
	refused := func(code string) behaviour {
		return behaviour{start: `[ "$action" != reload ] || exit ` + code + `; become 0`}
	}
	for _, test := range []struct {
		name, state, keys string
		behaviour         behaviour
		want, calls       string // of a reload
		code              lsb.Action
		force, forceCalls string // of a forced reload
		forceCode         lsb.Action
	}{
		{name: "control", state: "0", keys: "control = FAKE",
			want: "reloaded", calls: "fake status, fake reload, fake status", force: "reloaded", forceCalls: "fake status, fake reload, fake status"},
		{name: "control without the word", state: "0", keys: "control = FAKE", behaviour: refused("3"),
			want: `cannot reload: "FAKE reload": exit status 3`, calls: "fake status, fake reload", code: lsb.Unimplemented,
			force: "restarted", forceCalls: "fake status, fake reload, fake restart, fake status"},
		{name: "control with wrong usage", state: "0", keys: "control = FAKE", behaviour: refused("2"),
			want: `cannot reload: "FAKE reload": exit status 2`, calls: "fake status, fake reload", code: lsb.Unimplemented,
			force: "restarted", forceCalls: "fake status, fake reload, fake restart, fake status"},
		{name: "control without the word, stop+start", state: "0", keys: "control = FAKE\nrestart = stop+start", behaviour: refused("3"),
			want: `cannot reload: "FAKE reload": exit status 3`, calls: "fake status, fake reload", code: lsb.Unimplemented,
			force: "restarted", forceCalls: "fake status, fake reload, fake status, fake stop, fake status, fake start, fake status"},
		{name: "control that fails", state: "0", keys: "control = FAKE", behaviour: refused("1"),
			want: `cannot reload: "FAKE reload": exit status 1`, calls: "fake status, fake reload", code: lsb.Failed,
			force: `cannot reload: "FAKE reload": exit status 1`, forceCalls: "fake status, fake reload", forceCode: lsb.Failed},
		{name: "a command of its own", state: "0", keys: "control = FAKE\nreload = FAKE fresh%20start",
			want: "reloaded", calls: "fake status, fake fresh start, fake status", force: "reloaded", forceCalls: "fake status, fake fresh start, fake status"},
		{name: "a command that is missing", state: "0", keys: "start = FAKE\nstatus = FAKE status\nreload = no-such-program",
			want: `cannot reload: cannot execute "no-such-program": command not found`, calls: "fake status", code: lsb.NotInstalled,
			force: `cannot reload: cannot execute "no-such-program": command not found`, forceCalls: "fake status", forceCode: lsb.NotInstalled},
		{name: "none", state: "0", keys: "start = FAKE start\nstatus = FAKE status\nstop = FAKE stop",
			want: "cannot reload: the entry has no reload", code: lsb.Unimplemented,
			force: "restarted", forceCalls: "fake status, fake stop, fake status, fake start, fake status"},
		{name: "stopped", state: "3", keys: "control = FAKE",
			want: "cannot reload: it is not running", calls: "fake status", code: lsb.NotActive,
			force: "cannot reload: it is not running", forceCalls: "fake status", forceCode: lsb.NotActive},
		{name: "dead", state: "1", keys: "control = FAKE",
			want: "cannot reload: it is dead, pid file exists", calls: "fake status", code: lsb.NotActive,
			force: "cannot reload: it is dead, pid file exists", forceCalls: "fake status", forceCode: lsb.NotActive},
		{name: "unknown", state: "9", keys: "control = FAKE",
			want: "cannot reload: it is in state 9, which LSB does not define", calls: "fake status", code: lsb.Failed,
			force: "cannot reload: it is in state 9, which LSB does not define", forceCalls: "fake status", forceCode: lsb.Failed},
		{name: "a reload that stops it", state: "0", keys: "control = FAKE\ntimeout = 0.05", behaviour: behaviour{start: "become 3"},
			want: "cannot reload: after 50ms it is not running", code: lsb.Failed,
			force: "cannot reload: after 50ms it is not running", forceCode: lsb.Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			check := func(name string, o Outcome, calls, want, wantCalls string, code lsb.Action) {
				want = strings.ReplaceAll(want, "FAKE", "fake")
				if o.Code != code || !strings.HasPrefix(o.Text, want) || o.Changed != (code == lsb.Done) || wantCalls != "" && calls != wantCalls {
					t.Errorf("%s: got %+v after %q, want %d, %q after %q", name, o, calls, code, want, wantCalls)
				}
			}
			d := newDriven(t, test.state, test.behaviour)
			o := d.act(d.controller.Reload, d.service(test.keys))
			o.Text = strings.ReplaceAll(o.Text, d.dir+"/", "")
			check("reload", o, d.calls(), test.want, test.calls, test.code)
			d = newDriven(t, test.state, test.behaviour)
			o = d.act(d.controller.ForceReload, d.service(test.keys))
			o.Text = strings.ReplaceAll(o.Text, d.dir+"/", "")
			check("force-reload", o, d.calls(), test.force, test.forceCalls, test.forceCode)
		})
	}
}

// TestTryRestart restarts a service that runs, and runs no command but the status for any
// other.
func TestTryRestart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		state, keys, want, calls string
		code                     lsb.Action
	}{
		{"0", "control = FAKE", "restarted", "fake status, fake restart, fake status", lsb.Done},
		{"0", "control = FAKE\nrestart = stop+start", "restarted", "fake status, fake stop, fake status, fake start, fake status", lsb.Done},
		{"3", "control = FAKE", "not running", "fake status", lsb.Done},
		{"1", "control = FAKE", "not running", "fake status", lsb.Done},
		{"4", "control = FAKE", "cannot restart: it is unknown", "fake status", lsb.Failed},
	} {
		d := newDriven(t, test.state, behaviour{})
		o := d.act(d.controller.TryRestart, d.service(test.keys))
		if calls := d.calls(); o.Code != test.code || o.Text != test.want || o.Changed != (test.want == "restarted") || calls != test.calls {
			t.Errorf("%s, %s: got %+v after %q, want %q after %q", test.state, test.keys, o, calls, test.want, test.calls)
		}
	}
}
