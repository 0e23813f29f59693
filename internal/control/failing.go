package control

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// mostRuns is how many runs of a program that fails again and again a start waits
// for. A program that needs another one may fail once or twice until that runs.
// After this it is a crash loop, and the caller is better served by an answer than
// by waiting for the whole timeout.
const mostRuns = 3

// keepsFailing reports whether a start has failed although svloop will start the
// program again: often enough already, or not before the deadline. An svloop whose
// program has failed for the last time has no next attempt, and is about to exit.
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

// errFailing says what such a program does, and what to do about it.
func errFailing(now Status) error {
	return fmt.Errorf("it is %s\nhint: svloop goes on trying until the service is stopped\n%s", now.Detail, toSeeWhy)
}

// toSeeWhy is a line of its own, after the program of a daemon has failed.
const toSeeWhy = "hint: to see why, add --ready alive:1 --stderr FILE to daemon_options, or read the log of svloop (syslog, or the file of --log)"
