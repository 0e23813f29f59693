package systemd

import (
	"errors"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// TestShadowedUnit finds a vendor's unit of the same name. It is overridden only by
// force, and stays enabled.
func TestShadowedUnit(t *testing.T) {
	t.Parallel()
	const vendor, wants = "/usr/lib/systemd/system/x.service", "/etc/systemd/system/multi-user.target.wants/x.service"
	b, err := Format.Render(exporttest.Source(t, "control = /bin/x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		host    *export.Host
		refused bool
		undo    string
		stop    string
		after   string
	}{
		{exporttest.Host("systemctl", systemdUnits), false, "run systemctl disable x.service", "run systemctl disable x.service", ""},
		{exporttest.Host("systemctl", systemdUnits, systemdRuns), false, "run systemctl disable x.service", "run systemctl disable --now x.service", "run systemctl daemon-reload"},
		{exporttest.Host("systemctl", systemdUnits, vendor), true, "", "", ""},
		{exporttest.Host("systemctl", systemdUnits, vendor, wants), true, "", "", "run systemctl reenable x.service"},
		{
			exporttest.Host("systemctl", systemdUnits, vendor, wants, systemdRuns), true, "",
			"run systemctl stop x.service", "run systemctl daemon-reload; run systemctl reenable x.service",
		},
	} {
		_, err := Format.Install(test.host, []*export.Bundle{b}, map[string]bool{"x": true}, false)
		var edited *export.EditedError
		if errors.As(err, &edited) != test.refused || test.refused && err.Error() != `cannot replace "`+vendor+`": it was not made by svctl export` {
			t.Errorf("got the error %v", err)
		}
		in, err := Format.Install(test.host, []*export.Bundle{b}, map[string]bool{"x": true}, true)
		if err != nil || exporttest.Steps(in.After[0].Undo) != test.undo {
			t.Errorf("by force: %v, undone by %q, want %q", err, exporttest.Steps(in.After[0].Undo), test.undo)
		}
		if got, want := exporttest.Steps(in.Restored), map[bool]string{true: "run systemctl daemon-reload"}[booted(test.host)]; got != want {
			t.Errorf("at last: %q, want %q", got, want)
		}
		if steps, err := Format.System.Stop(test.host, systemdUnits, "x", export.Patience); err != nil || exporttest.Steps(steps) != test.stop {
			t.Errorf("to stop: %q, %v; want %q", exporttest.Steps(steps), err, test.stop)
		}
		if steps, err := Format.System.Forgotten(test.host, systemdUnits, "x"); err != nil || exporttest.Steps(steps) != test.after {
			t.Errorf("afterwards: %q, %v; want %q", exporttest.Steps(steps), err, test.after)
		}
	}
	// An exported service is exported again.
	h := exporttest.Host("systemctl", systemdUnits, vendor, systemdUnits+"/x.service")
	if _, err := Format.Install(h, []*export.Bundle{b}, nil, false); err != nil {
		t.Error(err)
	}
}
