package export

import (
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// controlled has systemd run the control command. What that starts belongs to
// it, as with the units that systemd makes of init scripts
// (systemd-sysv-generator(8)): systemd ends nothing of it.
func (u *unit) controlled(s *Source) {
	u.comment("The control command starts and stops. systemd shows what was done last, svctl status the state.")
	u.set("Type", "oneshot")
	u.set("RemainAfterExit", "yes")
	u.commands(s, servicedef.Start, servicedef.Stop)
	u.timeouts(s)
	u.set("KillMode", "process")
	if s.Restart == nil && !s.StopThenStart {
		u.comment("systemctl restart has it stop and start; it is not called with restart.")
	}
}

// background has systemd run commands that leave a program in the background.
// What is in the control group of the unit is the service, and with a status
// command nothing has to be.
func (u *unit) background(s *Source) {
	u.set("Type", "forking")
	if s.InTable() {
		u.comment("The service is all processes that come of its start, whatever their command lines say.")
	} else {
		u.lacks("status = %q (systemctl status shows what was done last)", shellquote.Join(s.Status))
		u.set("RemainAfterExit", "yes")
	}
	u.commands(s, servicedef.Start, servicedef.Stop)
	u.timeouts(s)
	u.set("KillMode", "control-group")
}

func (u *unit) timeouts(s *Source) {
	u.set("TimeoutStartSec", "%s", span(s.Timeout))
	u.set("TimeoutStopSec", "%s", span(s.Timeout))
}
