package systemd

import (
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
)

// systemdTimeout is the default timeout of a start and of a stop
// (systemd-system.conf(5), DefaultTimeoutStopSec).
const systemdTimeout = 90 * time.Second

// limitOf returns the timeout of a start or a stop and its setting, or nil if
// there is none. As in systemd, 0 means no limit.
func (u *unit) limitOf(e *entry.Entry, keys ...string) (limit time.Duration, from *entry.Setting) {
	for _, key := range keys { // TimeoutSec= sets both timeouts; the last setting counts
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

// timeout does the same with a default.
func (u *unit) timeout(e *entry.Entry, otherwise time.Duration, keys ...string) time.Duration {
	if limit, from := u.limitOf(e, keys...); from != nil {
		return limit
	}
	return otherwise
}

// startTimeout sets the timeout of svctl for a program that counts as started
// at once: svloop has no limit for its start.
func (u *unit) startTimeout(e *entry.Entry) {
	limit, from := u.limitOf(e, "TimeoutStartSec")
	if from == nil {
		return
	}
	e.Allow(limit + entry.Margin)
	noteWait(e, from, min(limit+entry.Margin, entry.Longest))
}

// commandTimeouts sets the timeout of svctl for a service of commands. Start
// and stop have the same timeout, so the shorter one gets a note.
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

// noteWait adds a note if the timeout of svctl differs.
func noteWait(e *entry.Entry, s *entry.Setting, limit time.Duration) {
	if e.Waits() != limit {
		e.AddNote(s.Line, "not the same: %s: svctl waits %s seconds for a start or a stop", s, entry.Seconds(e.Waits()))
	}
}
