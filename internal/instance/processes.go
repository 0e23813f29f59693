package instance

import (
	"context"
	"time"

	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// processes is what the event loop needs of the operating system: the main process
// of the program and its descendants. The loop calls it from one goroutine.
type processes interface {
	// start executes the program, or takes over that of a killed instance.
	start(ctx context.Context) (started, error)

	// wait blocks until next may have an event, the context is done or, unless
	// that is zero, a point in time has passed.
	wait(ctx context.Context, until time.Time)

	// next returns an event that has happened, and false when there is none. It
	// never blocks. Messages come before exits, because a program may name its
	// next main process and exit.
	next() (event, bool)

	// follow makes another descendant the main process. It reports false, and
	// logs why, if the process is none.
	follow(pid int) bool

	// stop terminates processes by the kill specification.
	stop(which scope) error

	// end lets go of the run after its end. If the instance is to quit, what is
	// left is kept for stop.
	end(quit bool)
}

// started is a run that has begun.
type started struct {
	main    int  // pid of the main process
	adopted bool // svloop did not start it, and does not hear its messages
	first   bool // no run was executed before
}

// event is one of [sdnotify.Message], [reaper.End] for the exit of the main
// process, and [readyResult].
type event any

// readyResult says that the program is ready, or with an error, why it cannot be.
type readyResult struct{ err error }

var _ = []event{sdnotify.Message{}, reaper.End{}, readyResult{}}

// scope says which processes are to be stopped.
type scope int

const (
	theRest    scope = iota // what a program that a signal killed has left
	theRun                  // the program of this run and its descendants
	everything              // every descendant of svloop
)
