package control

import (
	"context"
	"errors"
	"time"

	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// settle reports whether the instance still runs its program. An instance whose program has
// exited is about to exit too. Most programs that fail at once do so before they first
// block, so settle looks again until the program blocks. The first look is the state that
// was just read, if it is that of a pid file.
func (i *instance) settle(ctx context.Context, path string, now Status) (runs bool) {
	began, waits := time.Now(), false
	var program proctree.Stat
	v := viewBlank
	if now.instance > 0 {
		v = i.viewOf(now.instance, now.Record, &program)
	} else {
		v = i.view(path, &program)
	}
	for pauses := poll.Doubling(settleLook, settleLast); ; v = i.view(path, &program) {
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

// view looks at the instance and its program. While a program that it has seen is alive,
// only that is looked at, which costs much less than the pid file.
func (i *instance) view(path string, program *proctree.Stat) view {
	if now, err := proctree.ReadStat(program.PID); program.PID > 0 && err == nil && now.Start == program.Start && now.Alive() {
		return viewOfProgram(now)
	}
	found := pidfiles.Svloop.Probe(path)
	return i.viewOf(found.PID, found.Record(), program)
}

// viewOf returns the view if the pid file names this process, which publishes the record.
func (i *instance) viewOf(pid int, record *pidfile.Record, program *proctree.Stat) view {
	switch pid {
	case i.pid:
	case 0:
		return viewEnded
	default:
		return viewRuns
	}
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
	var err error
	*program, err = proctree.ReadStat(record.Program)
	switch {
	case errors.Is(err, proctree.ErrGone), err == nil && !program.Alive():
		return viewExits
	case err != nil:
		return viewRuns
	}
	return viewOfProgram(*program)
}

// viewOfProgram returns the view if the program is alive.
func viewOfProgram(program proctree.Stat) view {
	switch {
	case program.Stopped():
		return viewRuns
	case program.State == 'S':
		return viewWaits
	}
	if u, ok := matching.UsageOf(program.PID); ok && u.Processor >= busyEnough {
		return viewRuns
	}
	return viewBusy
}
