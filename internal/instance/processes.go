package instance

import (
	"context"
	"time"

	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// processes is the interface between the event loop and the operating system: the main
// process of the program and its descendants. The loop calls it from one goroutine.
type processes interface {
	// start executes the program, or adopts that of a killed instance.
	start(ctx context.Context) (started, error)

	// next returns the next event. Messages come before exits, because a program may name
	// its next main process and exit. If no event is pending, next waits for one until the
	// context is done or a point in time has passed (unless that is zero), and then returns
	// false. In a message, MainPID is the new main process, or 0 if that has not changed.
	next(ctx context.Context, until time.Time) (event, bool)

	// stop terminates processes with the signals of the kill specification.
	stop(which scope) error

	// end releases the resources of a run. If the instance is to quit, it keeps the
	// remaining processes for stop.
	end(quit bool)
}

// started is a run that has started.
type started struct {
	main    int  // pid of the main process
	adopted bool // another instance started it, so its messages do not arrive here
	first   bool // the first run of the instance
}

// event is one of [sdnotify.Message], [reaper.End] for the exit of the main
// process, and [readyResult].
type event any

// readyResult reports that the program is ready or, with an error, why it cannot become
// ready.
type readyResult struct{ err error }

var _ = []event{sdnotify.Message{}, reaper.End{}, readyResult{}}

// scope selects the processes to stop.
type scope int

const (
	theRest    scope = iota // the remaining processes of a program that was killed by a signal
	theRun                  // the program of this run and its descendants
	everything              // every descendant of svloop
)
