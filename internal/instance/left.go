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

// A program that puts itself in the background exits at once and continues there, so each
// restart would add another copy. With --restart on-failure or always, a run therefore
// starts only after all processes of the last run have exited. With on-success, the loop
// of simplevisor-loop, processes that a command deliberately left are ignored. A program
// that is killed by a signal leaves nothing deliberately, so the remaining processes of
// its run are terminated first, and those of a daemon in any case: svctl may start it
// again. Processes of an adopted program do not count: they come
// from a killed instance, and are terminated together with this one.

// pastRun identifies a run for [reaper.Since].
type pastRun struct {
	at      uint64 // when it started, as in proctree.Stat
	program int    // its first process, 0 before the first run
}

// leftGrace is how long helpers of a program may take to exit after the program, in
// addition to the delay of the restart.
const leftGrace = 2 * time.Second

// leftLook is the interval at which awaitLast searches while no child exits.
const leftLook = 50 * time.Millisecond

// exclusive reports whether a run starts only after all processes of the last run have
// exited.
func exclusive(o *cmdline.Options) bool { return o.Restart != cmdline.OnSuccess }

// awaitLast waits until no process of the last run remains. It returns a [leftRunning] if
// some do.
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

// leftRunning is the error that stops a loop because processes of the last run remain in
// the background.
type leftRunning struct {
	processes proctree.Table
	noted     bool // the note names them
}

func (l *leftRunning) Error() string {
	return fmt.Sprintf("cannot run the program again: the last run left %s in the background, and a second copy must not run beside it", named(l.processes))
}

// Hint returns what the user can do.
func (l *leftRunning) Hint() string {
	hint := "keep the program in the foreground (most have an option for that), or use --ready notify with MAINPID="
	if l.noted {
		hint += "; --quit terminates the remaining processes"
	}
	return hint
}

// leave names the processes that the last run left in the note, and keeps the pid file.
// So --status reports them, --quit terminates them, and no start runs a second copy.
func (t *tree) leave(l *leftRunning) {
	for _, p := range l.processes[:min(len(l.processes), mostNamed)] {
		t.public.note(p)
	}
	l.noted = t.public.noted
}

// nothingLeft reports whether a program that was killed by a signal left no process, and
// logs the remaining ones: workers without their master would block the next run. The
// processes of a program that exited are not touched, because it may have left its
// successor; see [tree.awaitLast].
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

// named returns a list of processes: `pid 12 (redis-server), pid 15 (sh)`.
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
