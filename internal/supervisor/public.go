package supervisor

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
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
	right, wrong := s.judged()
	r := pidfile.Record{
		Program: os.Getpid(), Started: s.public.started, Runs: 1, Ready: s.cycle.number > 0,
		Text: s.text(right, wrong), Stopping: s.stopping || s.leaving, Counts: s.counts(right),
	}
	last := s.public.last
	if r.Text == last.Text && r.Ready == last.Ready && r.Stopping == last.Stopping && maps.Equal(r.Counts, last.Counts) {
		return
	}
	s.public.last = r
	if err := s.pidfile.Publish(r); err != nil {
		s.Log.Warn("%v", err)
	}
}

// text returns the state for people.
func (s *supervisor) text(right int, wrong []string) string {
	text := fmt.Sprintf("%d of %d services as expected", right, len(s.units))
	if len(wrong) > 0 {
		text += "; not " + strings.Join(wrong, ", ")
	}
	if len(s.removed) > 0 {
		text += "; removed and not stopped: " + s.unstopped()
	}
	switch {
	case s.public.failure != "":
		text += fmt.Sprintf("; reload %d failed: %s", s.public.reloads, printable.Excerpt(s.public.failure, maxFailure))
	case s.public.reloads > 0:
		text += fmt.Sprintf("; reload %d succeeded", s.public.reloads)
	}
	return text
}

// mostNamed is how many services the published state names, and longestText how much of
// the name and of the state of each, in bytes.
const (
	mostNamed   = 8
	longestText = 100
)

// judged returns how many services are in their expected states, and describes those that
// are not. If there are many, it describes none: svctl status --failed shows them.
func (s *supervisor) judged() (right int, wrong []string) {
	var units []*unit
	for _, u := range s.units {
		switch {
		case !u.known:
		case !u.wrong:
			right++
		case len(units) <= mostNamed:
			units = append(units, u)
		}
	}
	if len(units) > mostNamed {
		return right, nil
	}
	for _, u := range units {
		wrong = append(wrong, fmt.Sprintf("%s (%s)", printable.Excerpt(u.Path, longestText), printable.Excerpt(u.text, longestText)))
	}
	slices.Sort(wrong)
	return right, wrong
}

// Names of the counts that a supervisor publishes.
const (
	Managed       = "services"             // how many services there are
	AsExpected    = "services_as_expected" // and how many of them are in their expected states
	Cycles        = "cycles"               // that have ended
	LastCycle     = "last_cycle"           // when that was, in milliseconds since the epoch
	Repairs       = "repairs"              // starts, stops and restarts that changed a service
	FailedRepairs = "failed_repairs"       // and those that failed
	Reloads       = "reloads"              // of the configuration
	FailedReload  = "failed_reload"        // 1 if the last reload failed
)

func (s *supervisor) counts(right int) map[string]int64 {
	counts := map[string]int64{
		Managed: int64(len(s.units)), AsExpected: int64(right),
		Cycles: int64(s.cycle.number), Repairs: int64(s.cycle.repairs), FailedRepairs: int64(s.cycle.failures),
		Reloads: int64(s.public.reloads), FailedReload: 0,
	}
	if !s.cycle.ended.IsZero() {
		counts[LastCycle] = s.cycle.ended.UnixMilli()
	}
	if s.public.failure != "" {
		counts[FailedReload] = 1
	}
	return counts
}

// maxFailure is how much of an error is published.
const maxFailure = 1000

var reloadWords = regexp.MustCompile(`; reload \d+ failed: (.*)$`)

// ParseReload returns how many reloads a supervisor has done, by its record, and why the
// last one failed.
func ParseReload(r *pidfile.Record) (number int64, failure string) {
	if r == nil {
		return 0, ""
	}
	if r.Counts[FailedReload] > 0 {
		failure = "see its log"
		if m := reloadWords.FindStringSubmatch(r.Text); m != nil {
			failure = m[1]
		}
	}
	return r.Counts[Reloads], failure
}
