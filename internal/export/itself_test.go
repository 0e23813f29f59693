package export

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestManages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		command string // its words separated by |
		want    bool
	}{
		{"service|web", true},
		{"/usr/sbin/service|web|start", true},
		{"/etc/init.d/web", true},
		{"/etc/rc.d/init.d/web|start", true},
		{"sh|/etc/init.d/web|start", true},
		{"invoke-rc.d|--quiet|web|start", true},
		{"systemctl|start|web", true},
		{"/bin/systemctl|--no-block|start|web.service", true},
		{"rc-service|-q|web|start", true},
		{"/usr/bin/sudo|-n|/usr/sbin/service|web", true},
		{"env|LANG=C|service|web", true},
		{"sh|-c|cd /; service 'web' start", true},
		{"sh|-c|/etc/init.d/web start&&true", true},

		{"service|webs", false},
		{"service|my-web", false},
		{"/etc/init.d/webs", false},
		{"/opt/web/init.d/webs|web", false},
		{"systemctl|start|web.socket", false},
		{"web|service", false},
		{"/opt/bin/service|web", false}, // another command of this name
		{"/usr/bin/web|start", false},
		{"sv|web", false},
		{"", false},
	} {
		if got := manages(strings.Split(test.command, "|"), "web"); got != test.want {
			t.Errorf("%s: got %v, want %v", test.command, got, test.want)
		}
	}
}

// TestDrivesItself checks each command that an action runs, and no other.
func TestDrivesItself(t *testing.T) {
	t.Parallel()
	service := []string{"service", "group-web"}
	other := []string{"/bin/true"}
	for _, test := range []struct {
		service servicedef.Service
		want    bool
	}{
		{servicedef.Service{Control: service}, true},
		{servicedef.Service{Control: []string{"service", "web"}}, false}, // the export has another name
		{servicedef.Service{Control: other, Start: service}, true},
		{servicedef.Service{Control: other, Restart: service}, true},
		{servicedef.Service{Control: other, Stop: service}, false}, // the control command stops the service
		{servicedef.Service{Start: service}, true},
		{servicedef.Service{Start: other, Stop: service}, true},
		{servicedef.Service{Start: other, Status: service}, true},
		{servicedef.Service{Start: other, Restart: service}, true},
		{servicedef.Service{Start: other}, false},
		{servicedef.Service{Start: service, Daemon: "/run/x.pid"}, true},
		{servicedef.Service{Start: other, Daemon: "/run/x.pid", Stop: service}, false},
	} {
		test.service.Path = "group/web"
		if got := DrivesItself(&Source{Service: &test.service, Svloop: "/usr/bin/svloop"}); got != test.want {
			t.Errorf("%+v: got %v, want %v", test.service, got, test.want)
		}
	}
}
