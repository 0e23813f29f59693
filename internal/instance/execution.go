package instance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// execution is one run of the program, from its start to its end.
type execution struct {
	*instance
	start    uint64 // when it began, as in proctree.Stat
	main     int    // the process whose end is that of the run
	ended    <-chan reaper.End
	unfollow context.CancelFunc      // of a main process that the program has named
	ready    <-chan error            // delivers once, unless the kind is exec or notify
	hurry    context.CancelFunc      // has ready deliver what there is
	messages <-chan sdnotify.Message // nil without a socket
	isReady  bool
	notReady deadline // for --ready-timeout
	late     deadline // for --timeout
	silent   deadline // for --watchdog
	close    []func()
}

// execute runs the program once. It returns when the program has ended or has
// been ended as a failure, or when the context is done: then the program is
// still there, and the tree is to be stopped.
func (in *instance) execute(ctx context.Context, started func()) outcome {
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	e := &execution{instance: in}
	defer e.cleanUp()
	var result outcome
	var left *leftRunning
	if err := e.begin(run); err != nil {
		result = outcome{code: codeOfStart(err), text: err.Error(), final: errors.As(err, &left)}
		if !in.unreported() {
			started() // the loop may go on, and be asked to quit meanwhile
		}
	} else {
		started()
		result = e.supervise(ctx, run)
		result.ran = true
	}
	if ctx.Err() == nil {
		in.over(result, e.start)
	}
	if left != nil && !in.unreported() {
		in.leave(left)
	}
	result.final = result.final || in.unreported()
	return result
}

// unreported says that a caller waits for the first run to become ready: then
// the end of that run is the end of the start.
func (in *instance) unreported() bool { return in.caller != nil && !in.told }

// over forgets the program that has ended, and of an adopted one all but what
// it has left in the background.
func (in *instance) over(result outcome, start uint64) {
	in.update(func(r *pidfile.Record) {
		r.Program, r.Ready, r.Stopping = 0, false, false
		r.LastExit, r.LastExitTime, r.LastFailed = result.text, time.Now().Round(time.Millisecond), !result.ok()
	})
	in.prove() // what the run has left in the background too
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.running.group != 0 {
		in.last = pastRun{start, in.running.group}
	}
	in.running.main, in.running.group = 0, 0
	if in.running.adopted != nil {
		if gone, err := in.running.adopted.Gone(); !gone || err != nil {
			return
		}
		in.running.adopted = nil
	} else if !in.noted {
		return
	}
	in.noted = false
	if err := in.pid.ForgetAdopted(); err != nil {
		in.log.Warn("%v", err)
	}
}

// begin starts the program, or takes over the one that was left.
func (e *execution) begin(ctx context.Context) error {
	if e.inherited != nil {
		return e.takeOver(ctx)
	}
	if err := e.awaitLast(ctx); err != nil {
		return err
	}
	if err := e.Options.Ready.Check(ctx); err != nil {
		return err
	}
	if err := e.launch(ctx); err != nil {
		return err
	}
	e.chronicle(true, "started (pid %d)", e.main)
	e.late.set(e.Timeout)
	ready := e.Options.Ready.Kind == readiness.Exec
	e.update(func(r *pidfile.Record) {
		r.Text, r.Ready = "", ready
		e.runs(r)
	})
	if ready {
		e.becomeReady()
	} else {
		e.notReady.set(e.ReadyTimeout)
	}
	return nil
}

// takeOver makes the program of the killed instance that of this run. It has been
// ready for long, and nobody will learn its exit status.
func (e *execution) takeOver(ctx context.Context) error {
	left, h := e.inherited, e.heir
	e.inherited, e.heir = nil, nil
	if h == nil || h.Exited() { // meanwhile; what it has left stays ours to end
		if h != nil {
			h.Close()
		}
		e.setRunning(running{adopted: left.Targets()})
		return e.begin(ctx)
	}
	e.main, e.start = h.PID, proctree.Ticks(time.Now())
	e.setRunning(running{main: h.PID, adopted: left.Targets()})
	e.ended = e.reaper.Follow(ctx, h)
	e.late.set(e.Timeout)
	e.update(e.runs)
	e.becomeReady()
	e.silent.set(0) // what it says goes to the socket of the dead instance
	return nil
}

func (in *instance) setRunning(r running) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.running = r
}

// becomeReady tells everybody.
func (e *execution) becomeReady() {
	e.isReady = true
	e.notReady.set(0)
	e.silent.set(e.Watchdog)
	e.update(func(r *pidfile.Record) { r.Ready = true })
	if e.unreported() {
		if err := e.caller.Ready(); err != nil {
			e.stop(err)
			return
		}
		e.told = true
		e.streams.Forget()
	}
	e.log.Debug("the program is ready (pid %d)", e.main)
}

// supervise waits for whatever ends the run.
func (e *execution) supervise(ctx, run context.Context) outcome {
	for {
		select {
		case last := <-e.ended:
			if e.mainMoved(run) {
				continue
			}
			e.hearReady()
			return e.finish(last)
		case <-ctx.Done():
			return outcome{}
		case err := <-e.ready:
			if err == nil {
				e.becomeReady()
			} else if run.Err() == nil {
				return e.fail(Failed, err.Error())
			}
		case m := <-e.messages:
			if m.Trigger {
				return e.fail(Failed, "the program gave itself up by WATCHDOG=trigger")
			}
			e.hear(run, m)
		case <-e.notReady.passed():
			if e.stillDue(ctx, run, &e.notReady) {
				return e.fail(Failed, fmt.Sprintf("the program was not ready (%s) within %s%s", e.Options.Ready, e.notReady.within(), e.Options.Ready.Obstacle(run)))
			}
		case <-e.late.passed():
			if e.stillDue(ctx, run, &e.late) {
				return e.fail(Timeout, fmt.Sprintf("the program ran longer than %s", e.Timeout))
			}
		case <-e.silent.passed():
			if e.stillDue(ctx, run, &e.silent) {
				return e.fail(Failed, fmt.Sprintf("the program sent no WATCHDOG=1 for %s", e.Watchdog))
			}
		}
	}
}

// hearReady takes the sign of readiness that a program gave just before it exited,
// where that is a lasting one. It is there by then: a helper that has the
// descriptor open is not waited for.
func (e *execution) hearReady() {
	if e.ready == nil || e.isReady || e.Options.Ready.Kind != readiness.FD {
		return
	}
	e.hurry()
	if <-e.ready == nil {
		e.becomeReady()
	}
}

// chronicle has the log say what happens to the program. The runs of an ordinary
// loop that succeed, but for the first, are many, and told with --debug only.
func (e *execution) chronicle(well bool, format string, args ...any) {
	if well && e.last.program != 0 && e.Restart == invocation.OnSuccess {
		e.log.Debug(format, args...)
		return
	}
	e.log.Note(format, args...)
}

// finish is the end of the run by itself.
func (e *execution) finish(last reaper.End) outcome {
	how := "with an unknown status"
	if last.Known {
		how = describe(last.Status)
	}
	e.chronicle(!last.Known || codeOfExit(last.Status) == OK, "exited (pid %d): %s", e.main, how)
	if !last.Known {
		return outcome{code: Failed, text: fmt.Sprintf("process %d exited with an unknown status", e.main)}
	}
	result := outcome{code: codeOfExit(last.Status), text: describe(last.Status)}
	if !e.isReady {
		result.code = max(result.code, Failed)
		result.text = "the program exited before it was ready: " + result.text
		if codeOfExit(last.Status) == OK {
			result.hint = "a program that exits with 0 may have put itself in the background; keep it in the foreground (most have an option for that)"
		}
	}
	if last.Status.Signaled() && e.exclusive() {
		result.final = !e.stopRest()
	}
	return result
}

// stopRest terminates what a killed program leaves: workers without their
// master, which would keep the next run from starting. A program that exits may
// leave its successor, so that is not touched, see [instance.awaitLast].
func (e *execution) stopRest() bool {
	e.mu.Lock()
	now := e.running
	e.mu.Unlock()
	if now.adopted != nil || now.group == 0 {
		return true
	}
	left, whole, err := e.reaper.Left(e.start, now.group)
	if err == nil && len(left) == 0 && whole {
		return true
	}
	if len(left) > 0 {
		e.log.Warn("terminating the remaining processes of the killed program: %s", named(left))
	}
	return e.stopRun()
}

// fail ends the run, with all that came of it, as a failure.
func (e *execution) fail(code Code, text string) outcome {
	e.log.Warn("ending the program: %s", text)
	e.update(func(r *pidfile.Record) { r.Stopping = true })
	return outcome{code: code, text: text, final: !e.stopRun()}
}

// stopRun terminates the processes of this run by the kill specification. It
// reports false when some remain: to run the program again would make a second copy.
func (e *execution) stopRun() bool {
	e.mu.Lock()
	now := e.running
	e.mu.Unlock()
	all := []proctree.Targets{reaper.Since(e.start, now.group)}
	if now.group != 0 {
		all = append([]proctree.Targets{e.reaper.Group(now.group)}, all...)
	}
	if now.adopted != nil {
		all = append(all, now.adopted)
	}
	for _, targets := range all {
		if err := proctree.Stop(context.Background(), targets, e.KillSpec, e.reaper.Changed()); err != nil {
			e.stuck = fmt.Errorf("cannot end all of the program: %w", err)
			return false
		}
	}
	return true
}

func (e *execution) cleanUp() {
	e.notReady.set(0)
	e.late.set(0)
	e.silent.set(0)
	if e.unfollow != nil {
		e.unfollow()
	}
	for _, f := range e.close {
		f()
	}
}
