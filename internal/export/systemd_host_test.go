package export

import (
	"errors"
	"testing"
)

// TestShadowedUnit has a vendor's unit of the name: it is left as it is, unless
// by force, and stays enabled in any case.
func TestShadowedUnit(t *testing.T) {
	t.Parallel()
	const vendor, wants = "/usr/lib/systemd/system/x.service", "/etc/systemd/system/multi-user.target.wants/x.service"
	b, err := systemd.Render(scriptSource(t, "control = /bin/x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		host    *Host
		refused bool
		undo    string
		stop    string
		after   string
	}{
		{fakeHost("systemctl", systemdUnits), false, "run systemctl disable x.service", "run systemctl disable x.service", ""},
		{fakeHost("systemctl", systemdUnits, systemdRuns), false, "run systemctl disable x.service", "run systemctl disable --now x.service", "run systemctl daemon-reload"},
		{fakeHost("systemctl", systemdUnits, vendor), true, "", "", ""},
		{fakeHost("systemctl", systemdUnits, vendor, wants), true, "", "", "run systemctl reenable x.service"},
		{
			fakeHost("systemctl", systemdUnits, vendor, wants, systemdRuns), true, "",
			"run systemctl stop x.service", "run systemctl daemon-reload; run systemctl reenable x.service",
		},
	} {
		_, err := systemd.Install(test.host, []*Bundle{b}, map[string]bool{"x": true}, false)
		var edited *EditedError
		if errors.As(err, &edited) != test.refused || test.refused && err.Error() != `cannot replace "`+vendor+`": it was not made by svctl export` {
			t.Errorf("got the error %v", err)
		}
		in, err := systemd.Install(test.host, []*Bundle{b}, map[string]bool{"x": true}, true)
		if err != nil || said(in.After[0].Undo) != test.undo {
			t.Errorf("by force: %v, undone by %q, want %q", err, said(in.After[0].Undo), test.undo)
		}
		if got, want := said(in.Restored), map[bool]string{true: "run systemctl daemon-reload"}[test.host.booted()]; got != want {
			t.Errorf("at last: %q, want %q", got, want)
		}
		if steps, err := systemd.host.stop(test.host, systemdUnits, "x", patience); err != nil || said(steps) != test.stop {
			t.Errorf("to stop: %q, %v; want %q", said(steps), err, test.stop)
		}
		if steps, err := systemd.host.forgotten(test.host, systemdUnits, "x"); err != nil || said(steps) != test.after {
			t.Errorf("afterwards: %q, %v; want %q", said(steps), err, test.after)
		}
	}
	// What is exported already is exported again.
	h := fakeHost("systemctl", systemdUnits, vendor, systemdUnits+"/x.service")
	if _, err := systemd.Install(h, []*Bundle{b}, nil, false); err != nil {
		t.Error(err)
	}
}
