package export

import (
	"strings"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/servicedef"
)

// underSvloop has systemd look after svloop, which looks after the program as
// the options say. Their words are those of svctl.
func (u *unit) underSvloop(s *Source, reasons []string) {
	o := s.Options
	u.comment("svloop runs the program, for what systemd cannot do: %s.", strings.Join(reasons, ", "))
	if o.Pidfile != s.Daemon {
		u.refuse("its daemon_options name the pid file %q, and its stop %q", o.Pidfile, s.Daemon)
	}
	if o.Survivors == invocation.AdoptSurvivors {
		u.lacks("--survivors adopt (systemd ends what a killed svloop leaves)")
	}
	u.set("Type", "forking")
	u.setText("PIDFile", "", s.Daemon)
	u.commands(s, servicedef.Start, servicedef.Stop)
	if !strings.Contains(s.Start[0], "/") && s.SearchPath == "" && !sets(o, "PATH") {
		u.searchPath("", s.Start[0])
	}
	start := s.Timeout
	if o.Ready.Kind != invocation.Defaults().Ready.Kind {
		start = max(start, o.ReadyTimeout+slack)
	}
	u.set("TimeoutStartSec", "%s", span(start))
	u.set("TimeoutStopSec", "%s", span(max(s.Timeout, longestEnd(o))))
	u.set("KillMode", "control-group")
}
