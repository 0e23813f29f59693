package control

import (
	"context"
	"time"

	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/poll"
)

// settle reports whether the instance still runs its program. An instance whose program has
// exited is about to exit too. Most programs that fail at once do so before they first
// block, so settle looks again until the program blocks.
func (i *instance) settle(ctx context.Context, path string) (runs bool) {
	began, waits := time.Now(), false
	for pauses := poll.Doubling(settleLook, settleLast); ; {
		v := i.view(path)
		switch {
		case v == viewRuns, v == viewWaits && waits:
			return true
		case v == viewEnded:
			return false
		case time.Since(began) > patience[v], pauses.Wait(ctx) != nil:
			return true
		}
		waits = v == viewWaits
	}
}

// The first and the last pause between two looks.
const (
	settleLook = 2 * time.Millisecond
	settleLast = 64 * time.Millisecond
)

// view is what one look at an instance and its program shows.
type view int

const (
	viewRuns  view = iota // the program runs, or another instance does
	viewEnded             // the program has exited
	viewWaits             // the program is blocked
	viewBusy              // the program has not blocked yet
	viewExits             // the program has exited, but svloop has not published that yet
	viewBlank             // the instance publishes nothing
)

// patience is how long settle keeps looking. On a busy machine a new program, or an
// svloop whose program has exited, may wait long for a processor.
var patience = map[view]time.Duration{
	viewWaits: 100 * time.Millisecond, viewBusy: 2 * time.Second, viewExits: 2 * time.Second, viewBlank: 100 * time.Millisecond,
}

// busyEnough is the processor time after which a program that has not blocked no
// longer counts as one that fails at once.
const busyEnough = 50 * time.Millisecond

func (i *instance) view(path string) view {
	found := pidfiles.Svloop.Probe(path)
	switch found.PID {
	case i.pid:
	case 0:
		return viewEnded
	default:
		return viewRuns
	}
	record := found.Record()
	if record == nil { // an exiting svloop has removed it, and simplevisor-loop has none
		if i.exited() {
			return viewEnded
		}
		return viewBlank
	}
	i.lastExit = record.LastExit
	switch {
	case record.Stopping, record.Program == 0 && record.LastFailed:
		return viewEnded // svloop exits, or waits for the next attempt
	case record.Program == 0 && !record.NextAttempt.IsZero():
		return viewRuns // svloop waits between two runs
	case record.Program == 0:
		return viewExits
	}
	program := newInstance(record.Program)
	defer program.close()
	switch {
	case program.exited():
		return viewExits
	case program.handle == nil || program.handle.Stopped():
		return viewRuns
	case program.handle.State == 'S':
		return viewWaits
	}
	if u, ok := matching.UsageOf(program.pid); ok && u.Processor >= busyEnough {
		return viewRuns
	}
	return viewBusy
}
