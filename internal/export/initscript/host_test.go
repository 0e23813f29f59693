package initscript

import (
	"errors"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// TestInitHosts checks the steps on hosts with different programs.
func TestInitHosts(t *testing.T) {
	t.Parallel()
	const script, link, softlevel = "/etc/init.d/x", "/etc/runlevels/default/x", "/run/openrc/softlevel"
	for _, test := range []struct {
		format                export.Format
		host                  *export.Host
		running, idle, remove string
	}{
		{
			Sysv, exporttest.Host("update-rc.d chkconfig"),
			"run update-rc.d x defaults", "run update-rc.d x defaults",
			"run /etc/init.d/x stop; run update-rc.d -f x remove",
		},
		{
			Sysv, exporttest.Host("update-rc.d", script),
			"run update-rc.d -f x remove; run update-rc.d x defaults", "run update-rc.d -f x remove; run update-rc.d x defaults",
			"run /etc/init.d/x stop; run update-rc.d -f x remove",
		},
		{
			Sysv, exporttest.Host("", "/usr/sbin/update-rc.d"),
			"run /usr/sbin/update-rc.d x defaults", "run /usr/sbin/update-rc.d x defaults",
			"run /etc/init.d/x stop; run /usr/sbin/update-rc.d -f x remove",
		},
		{
			Sysv, exporttest.Host("", "/sbin/chkconfig"),
			"run /sbin/chkconfig --add x", "run /sbin/chkconfig --add x",
			"run /etc/init.d/x stop; run /sbin/chkconfig --del x",
		},
		{
			Sysv, exporttest.Host("chkconfig", script),
			"run chkconfig --del x; run chkconfig --add x", "run chkconfig --del x; run chkconfig --add x",
			"run /etc/init.d/x stop; run chkconfig --del x",
		},
		{
			OpenRC, exporttest.Host("rc-update rc-service"),
			"run rc-update add x default", "", "",
		},
		{
			OpenRC, exporttest.Host("rc-update rc-service", script, link, softlevel),
			"run rc-update add x default", "run rc-update delete x default",
			"run rc-service x stop; run rc-update delete x default",
		},
		{
			OpenRC, exporttest.Host("", "/sbin/rc-update", "/usr/sbin/rc-service", "/etc/runlevels/boot/x", softlevel),
			"run /sbin/rc-update add x default", "run /sbin/rc-update delete x boot",
			"run /usr/sbin/rc-service x stop; run /sbin/rc-update delete x boot",
		},
	} {
		for _, running := range []bool{true, false} {
			want := map[bool]string{true: test.running, false: test.idle}[running]
			if steps, err := test.format.System.Enable(test.host, initD, "x", running); err != nil || exporttest.Steps(steps) != want {
				t.Errorf("%s: to enable: %q, %v, want %q", test.format.Name, exporttest.Steps(steps), err, want)
			}
		}
		if steps, err := test.format.System.Stop(test.host, initD, "x", export.Patience); err != nil || exporttest.Steps(steps) != test.remove {
			t.Errorf("%s: to stop: %q, %v, want %q", test.format.Name, exporttest.Steps(steps), err, test.remove)
		}
	}
}

// TestInitHostsMissing uses hosts without the init system.
func TestInitHostsMissing(t *testing.T) {
	t.Parallel()
	b := []*export.Bundle{{Name: "x", Path: "x", Files: []export.File{{Name: "x"}}}}
	for _, test := range []struct {
		format export.Format
		host   *export.Host
		want   string
	}{
		{Sysv, exporttest.Host("update-rc.d"), "cannot export to sysv: there is no /etc/init.d"},
		{Sysv, exporttest.Host("rc-update", initD), "cannot export to sysv: there is neither update-rc.d nor chkconfig"},
		{OpenRC, exporttest.Host("rc-update"), "cannot export to openrc: there is no /etc/init.d"},
		{OpenRC, exporttest.Host("update-rc.d", initD), "cannot export to openrc: there is no rc-update"},
	} {
		_, err := test.format.Install(test.host, b, nil, true)
		var missing *export.MissingError
		if !errors.As(err, &missing) || err.Error() != test.want {
			t.Errorf("got the error %v, want %s", err, test.want)
		}
		if !test.host.Exists(initD) {
			continue
		}
		if _, err = test.format.System.Stop(test.host, initD, "x", export.Patience); !errors.As(err, &missing) || err.Error() != test.want {
			t.Errorf("to stop: got the error %v, want %s", err, test.want)
		}
		// A file for another host may exist nevertheless.
		if steps := test.format.System.Disable(test.host, initD, "x"); test.format.Name == Sysv.Name && len(steps) > 0 {
			t.Errorf("to take back: %q", exporttest.Steps(steps))
		}
	}
}
