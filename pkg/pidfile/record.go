//go:build linux

package pidfile

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/pkg/printable"
)

// Record is what an instance publishes to its user and root. It is in memory
// (memfd_create(2)), among the open files of the instance, so it disappears when
// the instance exits or is killed.
//
// The fields are those of an instance that runs one program and restarts it. They
// are part of the protocol: [Probe] determines the [State] from them, and
// [RequestQuit] how long the instance may take to stop. A daemon that is its own
// program publishes Program (its own pid), Ready, KillSpec and Counts, or no record: then
// it is running, and may take 10 s to quit.
type Record struct {
	Program      int       `json:"program_pid"`              // 0 between two runs
	Started      time.Time `json:"started"`                  // when the instance started
	Runs         int       `json:"runs"`                     // how often the program was started
	Ready        bool      `json:"ready"`                    // the program is ready
	Text         string    `json:"text,omitempty"`           // the last STATUS= of sd_notify, at most [maxText] bytes
	LastExit     string    `json:"last_exit,omitempty"`      // "exit status 1", "killed by signal KILL"
	LastExitTime time.Time `json:"last_exit_time,omitzero"`  // when that run ended
	LastFailed   bool      `json:"last_run_failed,omitzero"` // that run was a failure
	GaveUp       string    `json:"gave_up,omitempty"`        // why the instance gave up: "5 failures within 1m0s"
	NextAttempt  time.Time `json:"next_attempt,omitzero"`    // when the program is restarted; zero while it runs
	KillSpec     string    `json:"kill_spec"`                // how the instance terminates its program
	Stopping     bool      `json:"stopping"`                 // it is terminating its program

	// Counts are numbers about itself that a daemon which is its own program publishes,
	// by names of lower-case letters and underscores. At most [MaxCounts] are read.
	Counts map[string]int64 `json:"counts,omitempty"`

	// RestartedAt are the times of the latest restarts, oldest first, at most
	// [MaxRestarts].
	RestartedAt []time.Time `json:"-"`

	foreign bool // published by a user other than root and the caller
}

// MaxRestarts is the maximum number of restarts in a record.
const MaxRestarts = 1000

// MaxCounts is the maximum number of counts in a record.
const MaxCounts = 32

// maxText is the maximum number of bytes of the program's STATUS= text in a
// record.
const maxText = 4096

// Restarts returns how often the program was restarted.
func (r *Record) Restarts() int { return max(r.Runs-1, 0) }

// RestartsWithin returns how many of the latest restarts happened within the last
// d. An instance of an earlier version may publish none.
func (r *Record) RestartsWithin(d time.Duration) int {
	n := 0
	for _, t := range r.RestartedAt {
		if time.Since(t) <= d {
			n++
		}
	}
	return n
}

// Restarted adds a restart at this time.
func (r *Record) Restarted(now time.Time) {
	from := max(0, len(r.RestartedAt)+1-MaxRestarts)
	// Create a new slice, because a copy of this record may be in use.
	r.RestartedAt = append(r.RestartedAt[from:len(r.RestartedAt):len(r.RestartedAt)], now)
}

// state returns the state of the living instance with this record.
func (r *Record) state() State {
	switch {
	case r == nil:
		return Running
	case r.Program != 0 && !r.Ready:
		return Starting
	case r.Program == 0 && r.LastFailed:
		return Restarting
	case r.Program == 0 && r.Runs == 0 && r.LastExit == "": // before the first run
		return Starting
	}
	return Running
}

// describe returns the state for people to read, and the next attempt.
func (r *Record) describe(s State, now time.Time) string {
	switch {
	case r == nil:
		return s.String()
	case s == Restarting:
	case s == Failed:
		return fmt.Sprintf("%s (%s, %s, gave up at %s after %s)", s, r.LastExit, printable.Count(r.Restarts(), "restart"),
			r.LastExitTime.Local().Format(time.RFC3339), r.GaveUp)
	default:
		return s.String()
	}
	text := fmt.Sprintf("%s (%s, %s", s, r.LastExit, printable.Count(r.Restarts(), "restart"))
	if !r.NextAttempt.IsZero() {
		wait := max(0, r.NextAttempt.Sub(now)).Round(100 * time.Millisecond)
		if wait > 0 {
			wait = max(wait, time.Second).Round(time.Second)
		}
		text += ", next attempt in " + wait.String()
	}
	return text + ")"
}
