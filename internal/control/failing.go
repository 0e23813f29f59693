package control

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
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
func errFailing(now Status) error {
	return fmt.Errorf("it is %s\nhint: svloop retries until the service is stopped\n%s", now.Detail, toSeeWhy)
}

// toSeeWhy is a line of its own, printed after the program of a daemon has failed.
const toSeeWhy = "hint: to see why, add --ready alive:1 --stderr FILE to daemon_options, or read the log of svloop (syslog, or the file of --log)"
