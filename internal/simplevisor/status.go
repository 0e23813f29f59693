package simplevisor

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// Observation is the result of a look at the pid file of the supervisor.
type Observation struct {
	pidfile.Status
	Touched time.Time // the timestamp of the pid file
	Halted  bool      // the process is stopped by a signal
}

// Describe returns the answer to "status", and its exit status: 0 for a supervisor that
// is active, 1 for one that is not active for [pidfile.Freshness], 3 for none. It also
// returns 1 if the pid file cannot be read.
//
// simplevisor knows the timestamp only. A proof of life counts more, because somebody
// may have set the clock.
func Describe(s Observation, now time.Time) (text string, code int) {
	old := now.Sub(s.Touched) > pidfile.Freshness
	alive := s.State.Alive() || s.State == pidfile.Stuck || s.State == pidfile.Unknown
	switch {
	case s.State == pidfile.Unknown && s.PID == 0:
		return "cannot read pidfile: " + s.Reason, 1
	case s.PID == 0:
		return "does not seem to be running", 3
	case !alive:
		return fmt.Sprintf("pid %d does not seem to be running anymore", s.PID), 3
	case s.State.Alive() && !(old && s.Halted):
		return fmt.Sprintf("(pid %d) was active on %s", s.PID, date(s.Touched)), 0
	}
	return fmt.Sprintf("(pid %d) is not running since %s", s.PID, date(s.Touched)), 1
}

// date returns a time as Python prints it.
func date(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05.000000") }
