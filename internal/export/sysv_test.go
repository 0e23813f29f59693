package export

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// fakeHost has programs in PATH, and other files.
func fakeHost(programs string, files ...string) *Host {
	return &Host{
		LookPath: func(program string) (string, error) {
			if slices.Contains(strings.Fields(programs), program) {
				return "/somewhere/" + program, nil
			}
			return "", os.ErrNotExist
		},
		Exists: func(path string) bool { return slices.Contains(files, path) },
	}
}

// said are steps in words.
func said(steps []Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.String())
	}
	return strings.Join(all, "; ")
}

// TestInitHosts looks at what is done on hosts that have different programs.
func TestInitHosts(t *testing.T) {
	t.Parallel()
	const script, link, softlevel = "/etc/init.d/x", "/etc/runlevels/default/x", "/run/openrc/softlevel"
	for _, test := range []struct {
		format                Format
		host                  *Host
		running, idle, remove string
	}{
		{
			sysv, fakeHost("update-rc.d chkconfig"),
			"run update-rc.d x defaults", "run update-rc.d x defaults",
			"run /etc/init.d/x stop; run update-rc.d -f x remove",
		},
		{
			sysv, fakeHost("update-rc.d", script),
			"run update-rc.d -f x remove; run update-rc.d x defaults", "run update-rc.d -f x remove; run update-rc.d x defaults",
			"run /etc/init.d/x stop; run update-rc.d -f x remove",
		},
		{
			sysv, fakeHost("", "/usr/sbin/update-rc.d"),
			"run /usr/sbin/update-rc.d x defaults", "run /usr/sbin/update-rc.d x defaults",
			"run /etc/init.d/x stop; run /usr/sbin/update-rc.d -f x remove",
		},
		{
			sysv, fakeHost("", "/sbin/chkconfig"),
			"run /sbin/chkconfig --add x", "run /sbin/chkconfig --add x",
			"run /etc/init.d/x stop; run /sbin/chkconfig --del x",
		},
		{
			sysv, fakeHost("chkconfig", script),
			"run chkconfig --del x; run chkconfig --add x", "run chkconfig --del x; run chkconfig --add x",
			"run /etc/init.d/x stop; run chkconfig --del x",
		},
		{
			openrc, fakeHost("rc-update rc-service"),
			"run rc-update add x default", "", "",
		},
		{
			openrc, fakeHost("rc-update rc-service", script, link, softlevel),
			"run rc-update add x default", "run rc-update delete x default",
			"run rc-service x stop; run rc-update delete x default",
		},
		{
			openrc, fakeHost("", "/sbin/rc-update", "/usr/sbin/rc-service", "/etc/runlevels/boot/x", softlevel),
			"run /sbin/rc-update add x default", "run /sbin/rc-update delete x boot",
			"run /usr/sbin/rc-service x stop; run /sbin/rc-update delete x boot",
		},
	} {
		for _, running := range []bool{true, false} {
			want := map[bool]string{true: test.running, false: test.idle}[running]
			if steps, err := test.format.host.enable(test.host, initD, "x", running); err != nil || said(steps) != want {
				t.Errorf("%s: to enable: %q, %v, want %q", test.format.Name, said(steps), err, want)
			}
		}
		if steps, err := test.format.host.stop(test.host, initD, "x", patience); err != nil || said(steps) != test.remove {
			t.Errorf("%s: to stop: %q, %v, want %q", test.format.Name, said(steps), err, test.remove)
		}
		if steps, err := test.format.host.forgotten(test.host, initD, "x"); err != nil || len(steps) > 0 {
			t.Errorf("%s: afterwards: %q, %v", test.format.Name, said(steps), err)
		}
	}
}

// TestInitHostsMissing has hosts without the init system.
func TestInitHostsMissing(t *testing.T) {
	t.Parallel()
	b := []*Bundle{{Name: "x", Path: "x", Files: []File{{Name: "x"}}}}
	for _, test := range []struct {
		format Format
		host   *Host
		want   string
	}{
		{sysv, fakeHost("update-rc.d"), "cannot export to sysv: there is no /etc/init.d"},
		{sysv, fakeHost("rc-update", initD), "cannot export to sysv: there is neither update-rc.d nor chkconfig"},
		{openrc, fakeHost("rc-update"), "cannot export to openrc: there is no /etc/init.d"},
		{openrc, fakeHost("update-rc.d", initD), "cannot export to openrc: there is no rc-update"},
	} {
		_, err := test.format.Install(test.host, b, nil, true)
		var missing *MissingError
		if !errors.As(err, &missing) || err.Error() != test.want {
			t.Errorf("got the error %v, want %s", err, test.want)
		}
		if !test.host.Exists(initD) {
			continue
		}
		if _, err = test.format.host.stop(test.host, initD, "x", patience); !errors.As(err, &missing) || err.Error() != test.want {
			t.Errorf("to stop: got the error %v, want %s", err, test.want)
		}
		// A file that another host was meant for is there all the same.
		if steps := test.format.host.disable(test.host, initD, "x"); test.format.Name == sysv.Name && len(steps) > 0 {
			t.Errorf("to take back: %q", said(steps))
		}
	}
}
