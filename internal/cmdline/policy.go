package cmdline

import "time"

// Restart says after which ends of the command it is run again.
type Restart string

const (
	// OnSuccess loops: run again after a success, stop at the first failure.
	OnSuccess Restart = "on-success"
	// OnFailure runs again after a failure, and stops at a success (at the
	// Nth with --count N).
	OnFailure Restart = "on-failure"
	// Always keeps the command alive.
	Always Restart = "always"
)

// Policy is what the options say about the loop.
type Policy struct {
	Count       int // counted runs, 0 for no limit
	Sleep       time.Duration
	Restart     Restart
	BackoffMin  time.Duration
	BackoffMax  time.Duration
	MaxFailures int           // 0 for no limit
	Within      time.Duration // in which MaxFailures are too many
}
