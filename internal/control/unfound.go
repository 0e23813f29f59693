package control

import (
	"fmt"

	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// unfound returns a hint about a service that was started but is not found in the
// process table, as a line of its own, or "". Many daemons go into the background and
// change their title, so that no process has the words of the start command. The same
// words decide which processes a stop signals.
func unfound(s *servicedef.Service, want, found lsb.Status) string {
	if want == lsb.NotRunning && s.KillsMatches() && s.Status != nil {
		return "\nhint: the state is that of the status command, but without a stop command only the processes that svctl match finds are signalled"
	}
	if want != lsb.Running || found != lsb.NotRunning || !s.InTable() {
		return ""
	}
	if s.Pattern != nil {
		return fmt.Sprintf("\nhint: no process matches pattern %q; see svctl match", s.Pattern)
	}
	return fmt.Sprintf("\nhint: no process has the arguments %s; if the program goes into the background or changes its title, "+
		"the entry needs a pattern, or stop and status, or daemon and an option that keeps the program in the foreground", shellquote.Show(s.Start))
}
