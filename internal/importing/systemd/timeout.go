package systemd

import (
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
)

// systemdTimeout is how long systemd waits for a start and for a stop
// (systemd-system.conf(5), DefaultTimeoutStopSec).
const systemdTimeout = 90 * time.Second

// limitOf takes the time limit of a start or a stop, and the setting that says
// it: nil when there is none. 0 is no limit, as systemd has it.
func (u *unit) limitOf(e *entry.Entry, keys ...string) (limit time.Duration, from *entry.Setting) {
	for _, key := range keys { // TimeoutSec= and TimeoutStopSec= are the same; the later counts
		d, s := u.timespan(e, "Service", key)
		if s == nil || from != nil && s.Line < from.Line {
			continue
		}
		if d == 0 {
			d = entry.Longest
		}
		limit, from = d, s
	}
	return limit, from
}

// timeout is the same, with what holds when nothing is said.
func (u *unit) timeout(e *entry.Entry, otherwise time.Duration, keys ...string) time.Duration {
	if limit, from := u.limitOf(e, keys...); from != nil {
		return limit
	}
	return otherwise
}

// startTimeout has svctl wait as long for the start of a program that counts as
// started at once, which is where svloop has no limit.
func (u *unit) startTimeout(e *entry.Entry) {
	limit, from := u.limitOf(e, "TimeoutStartSec")
	if from == nil {
		return
	}
	e.Allow(limit + entry.Margin)
	noteWait(e, from, min(limit+entry.Margin, entry.Longest))
}

// commandTimeouts are those of a service whose commands svctl runs. They have
// one in common, so each that is not the entry.Longest is noted.
func (u *unit) commandTimeouts(e *entry.Entry) {
	start, fromStart := u.limitOf(e, "TimeoutSec", "TimeoutStartSec")
	stop, fromStop := u.limitOf(e, "TimeoutSec", "TimeoutStopSec")
	if fromStart != nil && fromStop != nil {
		e.Timeout = max(start, stop)
	} else {
		e.Allow(max(start, stop))
	}
	if fromStart != nil {
		noteWait(e, fromStart, start)
	}
	if fromStop != nil && fromStop != fromStart {
		noteWait(e, fromStop, stop)
	}
}

// noteWait notes a time limit that is not the one of svctl.
func noteWait(e *entry.Entry, s *entry.Setting, limit time.Duration) {
	if e.Waits() != limit {
		e.AddNote(s.Line, "not the same: %s: svctl waits %s seconds for a start or a stop", s, entry.Seconds(e.Waits()))
	}
}
