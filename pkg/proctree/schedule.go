//go:build linux

package proctree

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrBadSchedule is wrapped by every error of [ParseSchedule].
var ErrBadSchedule = errors.New("not a kill specification")

// Step is one signal and its grace period.
type Step struct {
	Signal syscall.Signal
	Grace  time.Duration
}

// Schedule is a sequence of signals that terminates a set of processes.
type Schedule []Step

// DefaultSchedule is that of the Perl module No::Worries::Proc, which
// simplevisor-loop uses.
const DefaultSchedule = "TERM/1 INT/1 QUIT/1 KILL"

// maxGrace keeps sums of steps far from the limits of time.Duration.
const maxGrace = 1e6

// ParseSchedule parses a kill specification: steps separated by blanks, each
// SIGNAL or SIGNAL/SECONDS. [ParseSignal] parses the signal. Seconds may have a
// fraction and default to 0.
func ParseSchedule(spec string) (Schedule, error) {
	var schedule Schedule
	for word := range strings.FieldsSeq(spec) {
		name, seconds, timed := strings.Cut(word, "/")
		sig, err := ParseSignal(name)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBadSchedule, err)
		}
		step := Step{Signal: sig}
		if timed {
			grace, err := strconv.ParseFloat(seconds, 64)
			if err != nil || math.IsNaN(grace) || grace < 0 || grace > maxGrace ||
				strings.ContainsAny(seconds, "xX_") || strings.ContainsAny(seconds[:1], "+-") {
				return nil, fmt.Errorf("%w: %q is not a number of seconds up to 1e6", ErrBadSchedule, seconds)
			}
			step.Grace = time.Duration(math.Round(grace * float64(time.Second)))
		}
		schedule = append(schedule, step)
	}
	if len(schedule) == 0 {
		return nil, fmt.Errorf("%w: no signal in %q", ErrBadSchedule, spec)
	}
	return schedule, nil
}

// String returns a specification that [ParseSchedule] parses to s.
func (s Schedule) String() string {
	words := make([]string, len(s))
	for i, step := range s {
		words[i] = SignalName(step.Signal)
		if step.Grace > 0 {
			words[i] += "/" + strconv.FormatFloat(step.Grace.Seconds(), 'f', -1, 64)
		}
	}
	return strings.Join(words, " ")
}

// Total returns how long all steps take if no process exits before the last.
func (s Schedule) Total() time.Duration {
	var total time.Duration
	for _, step := range s {
		total += step.Grace
	}
	return total
}

// Kills reports whether the last signal is KILL, which no process can ignore.
func (s Schedule) Kills() bool {
	return len(s) > 0 && s[len(s)-1].Signal == syscall.SIGKILL
}
