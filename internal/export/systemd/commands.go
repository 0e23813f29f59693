package systemd

import (
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// controlled makes systemd run the control command. As in the units of
// systemd-sysv-generator(8), systemd kills none of the processes that the command has
// started.
func (u *unit) controlled(s *export.Source) {
	u.comment("systemd calls the control command. systemctl status shows the last action, svctl status the state.")
	u.set("Type", "oneshot")
	u.set("RemainAfterExit", "yes")
	u.commands(s, servicedef.Start, servicedef.Stop)
	u.reload(s)
	u.timeouts(s)
	u.set("KillMode", "process")
	if s.Restart == nil && !s.StopThenStart {
		u.comment("systemctl restart calls it with stop and start, not with restart.")
	}
}

// background makes systemd run commands that leave a program in the background. The
// service is the control group of the unit, which may be empty if the entry has a status
// command.
func (u *unit) background(s *export.Source) {
	u.set("Type", "forking")
	if s.InTable() {
		u.comment("The service is all descendants of its start command, with any command lines.")
	} else {
		u.lacks("status = %q (systemctl status shows the last action)", shellquote.Join(s.Status))
		u.set("RemainAfterExit", "yes")
	}
	u.commands(s, servicedef.Start, servicedef.Stop)
	u.reload(s)
	u.timeouts(s)
	u.set("KillMode", "control-group")
}

func (u *unit) timeouts(s *export.Source) {
	u.set("TimeoutStartSec", "%s", span(s.Timeout))
	u.set("TimeoutStopSec", "%s", span(s.Timeout))
}

// underSvloop makes systemd supervise svloop, which supervises the program as the options
// define. The command is that of svctl.
func (u *unit) underSvloop(s *export.Source, reasons []string) {
	o := s.Options
	u.comment("svloop runs the program, because systemd has no equivalent of %s.", strings.Join(reasons, ", "))
	if o.Pidfile != s.Daemon {
		u.refuse("its daemon_options name the pid file %q, but its stop command uses %q", o.Pidfile, s.Daemon)
	}
	if o.Survivors == cmdline.AdoptSurvivors {
		u.lacks("--survivors adopt (systemd kills the processes that a killed svloop leaves)")
	}
	u.set("Type", "forking")
	u.setText("PIDFile", "", s.Daemon)
	u.commands(s, servicedef.Start, servicedef.Stop)
	u.reload(s)
	if !strings.Contains(s.Start[0], "/") && s.SearchPath == "" && !export.Sets(o, "PATH") {
		u.searchPath("", s.Start[0])
	}
	start := s.Timeout
	if o.Ready.Kind != cmdline.Defaults().Ready.Kind {
		start = max(start, o.ReadyTimeout+export.Slack)
	}
	u.set("TimeoutStartSec", "%s", span(start))
	u.set("TimeoutStopSec", "%s", span(max(s.Timeout, export.LongestEnd(o))))
	u.set("KillMode", "control-group")
}
