package systemd

import (
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// reloadProgram sets how a program that systemd supervises reloads. svctl runs the command
// as its own user, so systemd does too.
func (u *unit) reloadProgram(s *export.Source) {
	switch {
	case s.ReloadSignal != 0:
		u.set("ExecReload", "/bin/kill -s %s $MAINPID", proctree.SignalName(s.ReloadSignal))
	case s.Reload != nil:
		if !nameable(s.Reload[0]) {
			u.refuse("systemd accepts no program with the name %q", s.Reload[0])
		}
		if !strings.Contains(s.Reload[0], "/") && strings.Contains(s.Options.Command[0], "/") {
			u.searchPath(s.SearchPath, s.Reload[0])
		}
		privileges := ""
		if s.Options.User != "" || len(s.Options.Groups) > 0 {
			privileges = "+"
		}
		u.set("ExecReload", "%s%s", privileges, unitCommand(s.Reload))
	}
}

// reload makes systemd run the command that reloads the service, or svctl, which knows
// the main process.
func (u *unit) reload(s *export.Source) {
	switch step := s.Step(servicedef.Reload, s.Svloop); step.Kind {
	case servicedef.Run:
		u.command("ExecReload", step.Argv)
	case servicedef.Signal:
		u.command("ExecReload", s.SvctlCommand(string(servicedef.Reload)))
	}
}
