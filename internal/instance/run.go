package instance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// run is one run of the program, from its start to its exit.
type run struct {
	in      *instance
	started started
	main    int // pid of the main process
	begun   time.Time
	exited  *reaper.End // exit of the main process, kept until lastMessages

	notReady     deadline // for --ready-timeout
	late         deadline // for --timeout
	silent       deadline // for --watchdog
	lastMessages deadline // for messages after the exit
}

// patience is how long after the exit of the main process a descendant may still send
// MAINPID=, as programs do that put themselves in the background.
const patience = 20 * time.Millisecond

// execute runs the program once. It returns when the program has exited, when it was
// terminated because it failed, or when the context is done. In the last case its
// processes remain, and [instance.stopTree] terminates them.
func (in *instance) execute(ctx context.Context) outcome {
	r := &run{in: in}
	of, cancel := context.WithCancel(ctx)
	defer cancel()
	last, begun := r.begin(of)
	if begun {
		in.watch()
		last = r.supervise(ctx, of)
		last.ran = true
	} else if in.waiting == nil {
		in.watch() // the loop may continue, so the instance has to see requests to quit
	}
	quit := ctx.Err() != nil
	if !quit {
		in.enter(pausing, ended(last))
	}
	in.processes.end(quit)
	return last
}

// begin starts the program. If that fails, it returns false and the outcome.
func (r *run) begin(ctx context.Context) (failed outcome, begun bool) {
	var err error
	if r.started, err = r.in.processes.start(ctx); err != nil {
		failed = outcome{code: codeOfStart(err), text: err.Error(), hint: hint.Of(err)}
		var left *leftRunning
		if errors.As(err, &left) {
			failed.remains = left
		}
		return failed, false
	}
	o := r.in.options
	r.main, r.begun = r.started.main, time.Now()
	r.late.set(o.Timeout)
	if r.started.adopted {
		// It became ready long ago, and it sends its messages to the socket of the killed
		// instance.
		r.becomeReady(runs(r.main))
		r.silent.set(0)
		return outcome{}, true
	}
	r.logRun(true, "started (pid %d)", r.main)
	if o.Ready.Kind == readiness.Exec {
		r.becomeReady(func(record *pidfile.Record) {
			record.Text = ""
			runs(r.main)(record)
		})
	} else {
		r.in.enter(starting, runs(r.main))
		r.notReady.set(o.ReadyTimeout)
	}
	return outcome{}, true
}

// becomeReady publishes that the program is ready, and reports that to the caller.
func (r *run) becomeReady(also func(*pidfile.Record)) {
	r.notReady.set(0)
	r.silent.set(r.in.options.Watchdog)
	r.in.enter(ready, also)
	if r.in.waiting != nil && !r.in.reportStart() {
		return
	}
	r.in.log.Debug("the program is ready (pid %d)", r.main)
}

// mostOverdue is how many events are handled after a deadline has passed or the instance
// was asked to quit, so that a program that floods svloop with messages cannot evade that.
const mostOverdue = 2048

// supervise is the event loop of a run. It handles all pending events before it compares
// the deadlines with the clock: svloop may have been stopped or starved for longer than a
// deadline, while the program answered in time.
func (r *run) supervise(ctx, of context.Context) outcome {
	for overdue := 0; ; {
		until := r.until()
		if e, found := r.in.processes.next(ctx, until); found {
			if last, isOver := r.react(e); isOver {
				return last
			}
			if overdue++; ctx.Err() == nil && (until.IsZero() || time.Now().Before(until)) {
				overdue = 0
			}
			if overdue < mostOverdue {
				continue
			}
		}
		overdue = 0
		switch {
		case r.exited != nil:
			if r.lastMessages.passed() || ctx.Err() != nil {
				return r.finish(*r.exited)
			}
		case ctx.Err() != nil:
			return outcome{}
		default:
			if last, isOver := r.judge(of); isOver {
				return last
			}
		}
	}
}

// until returns the time at which the next deadline passes, or the zero time.
func (r *run) until() time.Time {
	if r.exited != nil {
		return r.lastMessages.at
	}
	return earliest(&r.notReady, &r.late, &r.silent)
}

// react handles an event, and returns true when the run is over.
func (r *run) react(e event) (outcome, bool) {
	switch e := e.(type) {
	case sdnotify.Message:
		if e.Trigger && r.exited == nil {
			return r.fail(Failed, "the program reported a fault by WATCHDOG=trigger"), true
		}
		r.receive(e)
	case readyResult:
		if e.err != nil && r.exited == nil {
			return r.fail(Failed, e.err.Error()), true
		}
		if e.err == nil && r.in.state == starting {
			r.becomeReady(nil)
		}
	case reaper.End:
		r.exited = &e
		if !r.listens() {
			return r.finish(e), true
		}
		r.lastMessages.set(patience)
	}
	return outcome{}, false
}

// listens reports whether svloop receives messages of the program.
func (r *run) listens() bool {
	o := r.in.options
	return !r.started.adopted && (o.Ready.Kind == readiness.Notify || o.Watchdog > 0)
}

// receive handles a message of sd_notify(3).
func (r *run) receive(m sdnotify.Message) {
	if m.MainPID != 0 {
		r.main, r.exited = m.MainPID, nil
		r.in.public.update(func(record *pidfile.Record) { record.Program = r.main })
	}
	if m.Status != "" {
		r.in.public.update(func(record *pidfile.Record) { record.Text = m.Status })
		r.in.log.Debug("status of the program: %s", m.Status)
	}
	if m.Extend > 0 {
		r.notReady.extend(m.Extend)
	}
	if m.Ready && r.in.state == starting && r.in.options.Ready.Kind == readiness.Notify {
		r.becomeReady(nil)
	}
	if m.Watchdog && r.in.state == ready {
		r.silent.set(r.in.options.Watchdog)
	}
}

// judge fails the run if a deadline has passed.
func (r *run) judge(ctx context.Context) (outcome, bool) {
	o := r.in.options
	switch {
	case r.notReady.passed():
		reached, why := o.Ready.Reached(ctx, r.main, time.Since(r.begun))
		if !reached {
			return r.fail(Failed, fmt.Sprintf("the program was not ready (%s) within %s%s", o.Ready, r.notReady.within(), why)), true
		}
		r.becomeReady(nil)
	case r.late.passed():
		return r.fail(Timeout, fmt.Sprintf("the program ran longer than %s", o.Timeout)), true
	case r.silent.passed():
		return r.fail(Failed, fmt.Sprintf("the program sent no WATCHDOG=1 for %s", o.Watchdog)), true
	}
	return outcome{}, false
}

// finish returns the outcome of a run whose main process has exited.
func (r *run) finish(last reaper.End) outcome {
	if !last.Known {
		r.logRun(true, "exited (pid %d): unknown exit status", r.main)
		return outcome{code: Failed, text: fmt.Sprintf("the exit status of process %d is unknown", r.main)}
	}
	result := outcome{code: Code(exitstatus.Code(last.Status)), text: exitstatus.Text(last.Status)}
	r.logRun(result.ok(), "exited (pid %d): %s", r.main, result.text)
	if r.in.state == starting {
		result.text = "the program exited before it was ready: " + result.text
		if result.code == OK {
			result.code = Failed
			result.hint = "a program that exits with 0 may have put itself in the background; keep it in the foreground (most have an option for that)"
		}
	}
	if last.Status.Signaled() && (r.in.daemon || exclusive(r.in.options)) {
		result.remains = r.in.processes.stop(theRest)
	}
	return result
}

// fail terminates the run, with all its descendants, as a failure.
func (r *run) fail(code Code, text string) outcome {
	r.in.log.Warn("terminating the program: %s", text)
	r.in.enter(stopping, nil)
	return outcome{code: code, text: text, remains: r.in.processes.stop(theRun)}
}

// logRun logs the starts and exits of the program. Successful runs after the first are
// many in an ordinary loop, and logged with --debug only.
func (r *run) logRun(well bool, format string, args ...any) {
	if well && !r.started.first && r.in.options.Restart == cmdline.OnSuccess {
		r.in.log.Debug(format, args...)
		return
	}
	r.in.log.Note(format, args...)
}
