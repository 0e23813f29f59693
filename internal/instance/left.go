package instance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// A program that puts itself in the background exits at once and lives on. To
// restart it would make copy after copy, so that with --restart on-failure or
// always a run begins only when nothing of the last one lives. The loop of
// on-success, which is that of simplevisor-loop, leaves alone what a command has
// deliberately left. A program that is killed by a signal has left nothing
// deliberately, so the rest of its run is terminated first. What an adopted program leaves is not counted either: it came
// of an instance that was killed, and is ended with this one.

// pastRun identifies a run by what [reaper.Since] wants to know of it.
type pastRun struct {
	at      uint64 // when, as in proctree.Stat
	program int    // its first process, 0: there was none
}

// leftGrace is how long the helpers of a program may take to follow it, beyond
// the delay of the restart.
const leftGrace = 2 * time.Second

// leftLook is how often they are looked for, when no child exits.
const leftLook = 50 * time.Millisecond

// exclusive reports whether a run never begins beside what another one has left.
func (in *instance) exclusive() bool { return in.Restart != invocation.OnSuccess }

// awaitLast returns when nothing of the last run lives, and a [leftRunning] when
// something stays.
func (in *instance) awaitLast(ctx context.Context) error {
	if !in.exclusive() || in.last.program == 0 {
		return nil
	}
	for end := time.Now().Add(leftGrace); ; {
		left, whole, err := in.reaper.Left(in.last.at, in.last.program)
		switch {
		case err != nil:
			return fmt.Errorf("cannot search for descendants of the last run: %w", err)
		case len(left) > 0 && !time.Now().Before(end):
			return &leftRunning{processes: left}
		case len(left) == 0 && whole:
			return nil
		}
		look := time.NewTimer(leftLook)
		select {
		case <-look.C:
		case <-in.reaper.Changed():
		case <-ctx.Done():
			look.Stop()
			return context.Cause(ctx)
		}
		look.Stop()
	}
}

// leftRunning ends a loop: the last run lives on in the background.
type leftRunning struct {
	processes proctree.Table
	noted     bool // the pid file leads to them
}

func (l *leftRunning) Error() string {
	return fmt.Sprintf("cannot run the program again: the last run left %s in the background, which a second copy must not join", named(l.processes))
}

// Hint says what to do.
func (l *leftRunning) Hint() string {
	hint := "keep the program in the foreground (most have an option for that), or use --ready notify with MAINPID="
	if l.noted {
		hint += "; --quit ends what it left"
	}
	return hint
}

// leave keeps the pid file, and notes what the last run has left beside it: so
// --status names it, --quit ends it, and no other start makes a second copy.
func (in *instance) leave(l *leftRunning) {
	in.stuck = l
	for _, p := range l.processes[:min(len(l.processes), mostNamed)] {
		in.note(p)
	}
	l.noted = in.noted
}

// mostNamed is how many processes a message names.
const mostNamed = 8

// named lists processes: `pid 12 (redis-server), pid 15 (sh)`.
func named(processes proctree.Table) string {
	var names []string
	for i, p := range processes {
		if i == mostNamed {
			names = append(names, fmt.Sprintf("%d more", len(processes)-i))
			break
		}
		names = append(names, printable.Sprintf("pid %d (%s)", p.PID, p.Comm))
	}
	return strings.Join(names, ", ")
}
