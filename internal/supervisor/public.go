package supervisor

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
)

// public is what the supervisor publishes in the record of its pid file, for its user
// and root.
type public struct {
	started time.Time
	reloads int
	failure string // of the last reload
	last    pidfile.Record
}

// publish publishes the state, if it has changed.
func (s *supervisor) publish() {
	if s.pidfile == nil {
		return
	}
	if s.public.started.IsZero() {
		s.public.started = time.Now().Round(0)
	}
	r := pidfile.Record{
		Program: os.Getpid(), Started: s.public.started, Runs: 1, Ready: s.cycle.number > 0,
		Text: s.text(), Stopping: s.stopping || s.leaving,
	}
	if r.Text == s.public.last.Text && r.Ready == s.public.last.Ready && r.Stopping == s.public.last.Stopping {
		return
	}
	s.public.last = r
	if err := s.pidfile.Publish(r); err != nil {
		s.Log.Warn("%v", err)
	}
}

// text returns the state for people. ParseReload reads the end of it.
func (s *supervisor) text() string {
	right := 0
	for _, u := range s.units {
		if u.known && !u.wrong {
			right++
		}
	}
	text := fmt.Sprintf("%d of %d services as expected", right, len(s.units))
	switch {
	case s.public.failure != "":
		text += fmt.Sprintf("; reload %d failed: %s", s.public.reloads, printable.Excerpt(s.public.failure, maxFailure))
	case s.public.reloads > 0:
		text += fmt.Sprintf("; reload %d succeeded", s.public.reloads)
	}
	return text
}

// maxFailure is how much of an error is published.
const maxFailure = 1000

var reloadWords = regexp.MustCompile(`; reload (\d+) (?:succeeded|failed: (.*))$`)

// ParseReload returns how many reloads a supervisor has done, by its record, and why the
// last one failed.
func ParseReload(r *pidfile.Record) (number int, failure string) {
	if r == nil {
		return 0, ""
	}
	if m := reloadWords.FindStringSubmatch(r.Text); m != nil {
		number, _ = strconv.Atoi(m[1])
		failure = m[2]
	}
	return number, failure
}
