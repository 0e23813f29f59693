package cmdline

import "time"

// Restart is the condition for another run of the command.
type Restart string

const (
	// OnSuccess runs the command again after a success, and stops at the first failure.
	OnSuccess Restart = "on-success"
	// OnFailure runs the command again after a failure, and stops at a success (at success
	// number N with --count N).
	OnFailure Restart = "on-failure"
	// Always runs the command again after every exit.
	Always Restart = "always"
)

// Policy has the options of the loop.
type Policy struct {
	Count       int // counted runs, 0 for no limit
	Sleep       time.Duration
	Restart     Restart
	BackoffMin  time.Duration
	BackoffMax  time.Duration
	MaxFailures int           // 0 for no limit
	Within      time.Duration // the period for MaxFailures
}
