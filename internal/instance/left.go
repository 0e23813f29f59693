package instance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// A program that puts itself in the background exits at once and lives on. To
// restart it would make copy after copy. So with --restart on-failure or always a
// run begins only when no process of the last one is left. The loop of on-success,
// which is that of simplevisor-loop, ignores what a command deliberately left. A
// program that a signal kills leaves nothing deliberately, so the rest of its run
// is terminated first. Processes that an adopted program leaves do not count: they
// come from an instance that was killed, and are terminated with this one.

// pastRun identifies a run for [reaper.Since].
type pastRun struct {
	at      uint64 // its start, as in proctree.Stat
	program int    // its first process, 0: there was none
}

// leftGrace is how long the helpers of a program may take to exit after it, beyond
// the delay of the restart.
const leftGrace = 2 * time.Second

// leftLook is the interval of looking for them while no child exits.
const leftLook = 50 * time.Millisecond

// exclusive reports whether a run never begins beside what another one has left.
func exclusive(o *cmdline.Options) bool { return o.Restart != cmdline.OnSuccess }

// awaitLast returns when no process of the last run is left, and a [leftRunning] if
// some remain.
func (t *tree) awaitLast(ctx context.Context) error {
	if !exclusive(t.options) || t.last.program == 0 {
		return nil
	}
	for end := time.Now().Add(leftGrace); ; {
		left, whole, err := t.reaper.Left(t.last.at, t.last.program)
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
		case <-t.reaper.Changed():
		case <-ctx.Done():
			look.Stop()
			return context.Cause(ctx)
		}
		look.Stop()
	}
}

// leftRunning ends a loop: processes of the last run remain in the background.
type leftRunning struct {
	processes proctree.Table
	noted     bool // the pid file leads to them
}

func (l *leftRunning) Error() string {
	return fmt.Sprintf("cannot run the program again: the last run left %s in the background, which a second copy must not join", named(l.processes))
}

// Hint returns what the user can do.
func (l *leftRunning) Hint() string {
	hint := "keep the program in the foreground (most have an option for that), or use --ready notify with MAINPID="
	if l.noted {
		hint += "; --quit ends what it left"
	}
	return hint
}

// leave notes the processes that the last run left beside the pid file, which stays:
// so --status names them, --quit terminates them, and no other start makes a second
// copy.
func (t *tree) leave(l *leftRunning) {
	for _, p := range l.processes[:min(len(l.processes), mostNamed)] {
		t.public.note(p)
	}
	l.noted = t.public.noted
}

// nothingLeft reports whether a program that a signal killed left no process, and
// logs what it left: workers without their master, which would keep the next run
// from starting. A program that exits may leave its successor, so that is not
// touched, see [tree.awaitLast].
func (t *tree) nothingLeft(group int) bool {
	left, whole, err := t.reaper.Left(t.now.begun, group)
	if err == nil && len(left) == 0 && whole {
		return true
	}
	if len(left) > 0 {
		t.log.Warn("terminating the remaining processes of the killed program: %s", named(left))
	}
	return false
}

// mostNamed is the largest number of processes that a message names.
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
