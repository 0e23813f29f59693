package control

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// mostRuns is after how many failed runs a start gives up. A program that depends on
// another may fail once or twice until the other runs. After that it is a crash loop,
// and an answer now is better than to wait until the timeout.
const mostRuns = 3

// keepsFailing reports whether a start has failed although svloop will start the
// program again: after mostRuns failures, or at the deadline. An svloop without a
// next attempt is about to exit.
func keepsFailing(now Status, deadline time.Time) bool {
	r := now.Record
	switch {
	case now.State != pidfile.Restarting:
		return false
	case r == nil:
		return true
	case r.NextAttempt.IsZero():
		return false
	}
	return r.Runs >= mostRuns || r.NextAttempt.After(deadline)
}

// errFailing is the error for a program in a crash loop, with hints.
func errFailing(now Status, why string) error {
	return fmt.Errorf("it is %s\nhint: svloop retries until the service is stopped\n%s", now.Detail, why)
}

// toSeeWhy returns the hint about a program that has failed. It is a line of its own.
func (c *Controller) toSeeWhy(s *servicedef.Service) string {
	if o := c.options(s); o != nil {
		switch o.Streams[2].Kind {
		case cmdline.StreamFile, cmdline.StreamSyslog:
			return "hint: to see why, run svctl logs " + shellquote.Show([]string{s.Path})
		}
	}
	return toSeeOutput
}

// The advice of svloop about output that it discards, and that for an entry.
const (
	adviceOfSvloop = "use --stderr FILE or --stderr syslog"
	adviceForEntry = "set output = FILE in its entry"
)

const toSeeOutput = "hint: to see why, set output = FILE in the entry and add --ready alive:1 to daemon_options, or read the log of svloop (syslog, or the file of --log)"
