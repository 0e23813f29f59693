// Package instance is one svloop at work: it owns the pid file, runs the program
// as the policy says, and terminates the process tree.
//
//	Run ─┬─ prepare               log, environment, output         instance.go
//	     ├─ claim                 pid file, survivors              claim.go
//	     ├─ loop ─ repeat         runs and pauses, or give up   loop.go, policy.go
//	     │    └─ execute          one run                          run.go
//	     │         ├─ begin       tree.start ─ launch ─ fork, execve
//	     │         └─ supervise   the event loop
//	     └─ conclude              tree.stop, remove the pid file
//
// The event loop of a run knows the program only by the interface [processes]; [tree]
// implements it. The loop handles messages before exits, and both before it reads a
// clock. [instance.enter] changes the state and publishes it:
//
//	starting                    ──► ready     --ready is reached
//	starting, ready             ──► stopping  a deadline, WATCHDOG=trigger, or quit
//	starting, ready, stopping   ──► pausing   the run is over
//	pausing                     ──► starting  the next run; ready without --ready
//	pausing, stopping           ──► over      no run follows
//
// Goroutines: the event loop, and one each for signals, reaping and the pid file; during
// a run also one for messages and one for readiness.
package instance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// instance is one svloop at work.
type instance struct {
	options *cmdline.Options
	daemon  bool
	waiting caller // nil in the foreground, and after the start was reported
	log     *output.Log
	streams atomic.Pointer[output.Streams]
	warned  []string // warnings that are logged only once

	state     state
	public    public
	tree      tree
	processes processes // the tree
	watch     func()    // starts to watch for exits and for requests in the pid file; called once
	stop      context.CancelCauseFunc
}

// caller waits for the result of a daemon's start. It is a [daemonize.Caller].
type caller interface {
	Ready() error
	Warn(text string)
}

// asked is the error of an instance that was asked to quit.
type asked struct{ by string }

func (a asked) Error() string { return a.by }

var askedByFile = asked{"asked to quit by the pid file"}

// askedBy returns the request to quit, or nil. A signal that comes with a request in the
// pid file only wakes svloop, which then reads the file: see [pidfile.RequestQuit].
func (in *instance) askedBy(why error) error {
	if _, ok := errors.AsType[asked](why); ok && in.public.file != nil && in.public.file.Requested() == pidfile.Quit {
		return askedByFile
	}
	return why
}

// Config is what an instance needs from the command line and from its caller.
type Config struct {
	Options *cmdline.Options
	Name    string            // of svloop in messages: argv[0] without the directory
	Env     []string          // NAME=VALUE: the environment that the program inherits
	Dir     string            // where relative paths start, empty if it was removed
	Caller  *daemonize.Caller // waits for the start of a daemon; nil in the foreground
	Stderr  io.Writer         // for messages in the foreground
}

// Run runs the program until the policy or a request stops the instance, and returns the
// exit status of svloop. It reports every error itself: to the log, and to the caller
// while that waits.
func Run(c Config) Code {
	program := ""
	if len(c.Options.Command) > 0 {
		program = filepath.Base(c.Options.Command[0])
	}
	in := &instance{
		options: c.Options,
		daemon:  c.Caller != nil,
		log:     output.NewLog(c.Name, program, c.Stderr, c.Options.Debug),
	}
	if c.Caller != nil {
		in.waiting = c.Caller
	}
	code, err := in.serve(c)
	if err != nil {
		lines := linesOf(err)
		for _, line := range lines {
			in.log.Err("%s", line)
		}
		if c.Caller != nil {
			c.Caller.Fail(int(code), strings.Join(lines, "\n"))
		}
	}
	return code
}

func (in *instance) serve(c Config) (Code, error) {
	if !in.daemon {
		// PR_SET_PDEATHSIG kills a program when the thread that started it exits. This thread
		// lives as long as the process.
		runtime.LockOSThread()
	}
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	in.stop, in.processes = stop, &in.tree
	go in.handleSignals(catchSignals(in.daemon))
	if err := in.prepare(ctx, c); err != nil {
		return Failed, err
	}
	defer in.streams.Load().Close()
	if err := in.claim(ctx); err != nil {
		return Failed, err
	}
	in.watch = sync.OnceFunc(func() {
		in.tree.startReaping()
		if in.public.file != nil {
			go in.handleRequests(in.public.file.Keep(ctx))
		}
	})
	last := in.loop(ctx)
	asked := in.askedBy(context.Cause(ctx))
	return in.conclude(last, asked)
}

// conclude stops the processes that must not outlive the instance, releases the pid file,
// and returns the exit status.
func (in *instance) conclude(last outcome, asked error) (Code, error) {
	if left, ok := errors.AsType[*leftRunning](last.remains); ok {
		in.tree.leave(left)
	}
	err := cmp.Or(in.stopTree(asked), last.remains)
	in.enter(over, nil)
	if in.public.file != nil && err == nil {
		if last.gaveUp != "" && asked == nil {
			in.public.giveUp(last.gaveUp)
		}
		// If processes remain, keep the pid file: --status and --quit find them by it.
		err = in.public.file.Release()
	}
	switch {
	case in.waiting != nil:
		code, why := in.noStart(last, asked)
		return code, errors.Join(why, err)
	case err != nil:
		return Failed, err
	case errors.Is(asked, pidfile.ErrHeld):
		return Failed, nil // the reason is logged already
	case asked != nil:
		return OK, nil
	}
	return last.code, nil
}

// prepare performs all steps that may fail before the pid file is claimed.
func (in *instance) prepare(ctx context.Context, c Config) error {
	o := in.options
	if err := o.PathsFrom(c.Dir); err != nil {
		return err
	}
	if in.daemon || o.Log != "" {
		if err := in.openLog(); err != nil {
			return err
		}
	}
	env, err := environment(ctx, o, c.Env, in.warn)
	if err != nil {
		return err
	}
	streams := output.Config{
		Streams: o.Streams, Dir: c.Dir, Owner: o.Setup.Identity, Rotate: o.Rotate, Timestamps: o.Timestamps,
		Direct: o.Survivors == cmdline.AdoptSurvivors, Daemon: in.daemon,
	}
	if c.Caller != nil {
		streams.Stderr = c.Caller.Stderr
	}
	opened, err := output.Open(streams, in.log)
	if err != nil {
		return err
	}
	in.streams.Store(opened) // the signal handler runs already
	if o.KillSpec == nil {
		o.KillSpec, _ = proctree.ParseSchedule(proctree.DefaultSchedule)
	}
	in.public.log = in.log
	r, err := reaper.New()
	if err != nil {
		return err
	}
	t := &in.tree
	t.options, t.env, t.dir, t.daemon = o, env, c.Dir, in.daemon
	t.streams, t.log, t.warn, t.public, t.reaper = opened, in.log, in.warnOnce, &in.public, r
	return nil
}

// openLog opens the log that the options name. A daemon without a log starts
// nevertheless, and warns its caller.
func (in *instance) openLog() error {
	if in.options.Log != "" {
		return in.log.ToFile(in.options.Log)
	}
	if err := in.log.ToSyslog(); err != nil {
		if errors.Is(err, nowait.ErrNoSyslog) || errors.Is(err, syscall.ECONNREFUSED) {
			err = errNoSyslog
		}
		in.waiting.Warn(fmt.Sprintf("%v: messages are lost without --log FILE", err))
	}
	return nil
}

// errNoSyslog is short, because the start succeeds and many hosts have no syslog.
var errNoSyslog = errors.New("no syslog is running")

// warn reports a problem that does not prevent the start, to the log and to a waiting
// caller.
func (in *instance) warn(text string) {
	in.log.Warn("%s", text)
	if in.waiting != nil {
		in.waiting.Warn(text)
	}
}

// warnOnce is warn for a problem that every run has. It reports it once.
func (in *instance) warnOnce(text string) {
	if !slices.Contains(in.warned, text) {
		in.warned = append(in.warned, text)
		in.warn(text)
	}
}

// loop runs the program by the policy.
func (in *instance) loop(ctx context.Context) outcome {
	return repeat(ctx, in.options.Policy, func(ctx context.Context) outcome {
		last := in.execute(ctx)
		last.final = last.remains != nil || in.waiting != nil
		return last
	}, func(delay time.Duration) {
		in.enter(pausing, func(r *pidfile.Record) { r.NextAttempt = time.Now().Add(delay) })
	}, in.log)
}

// reportStart reports to the caller that the program is ready. It returns false if the
// caller has exited: then the instance quits.
func (in *instance) reportStart() bool {
	if err := in.waiting.Ready(); err != nil {
		in.stop(err)
		return false
	}
	in.waiting = nil
	in.streams.Load().Forget()
	return true
}

// stopTree terminates every descendant if the instance was asked to quit, or if the start
// failed while the caller waits. If the command has exited by itself, the processes that
// it left in the background keep running.
func (in *instance) stopTree(why error) error {
	if why == nil && in.waiting == nil {
		return nil
	}
	// Publish before logging, which may be slow, because --quit waits for the state.
	in.enter(stopping, nil)
	if by, ok := errors.AsType[asked](why); ok {
		in.log.Info("%v", by)
	}
	if err := in.processes.stop(everything); err != nil {
		return fmt.Errorf("cannot terminate all processes: %w", err)
	}
	in.log.Info("ended")
	return nil
}

// noStart returns the reason of a failed start, for the caller.
func (in *instance) noStart(last outcome, asked error) (Code, error) {
	switch {
	case errors.Is(asked, daemonize.ErrCallerGone):
		return Failed, asked
	case asked != nil:
		return Failed, fmt.Errorf("%w before the program was ready", asked)
	}
	failed := &failedStart{text: last.text, hint: last.hint}
	if last.ran {
		streams := in.streams.Load()
		streams.Close()
		failed.more, failed.hint = streams.Said()
		failed.hint = cmp.Or(last.hint, failed.hint)
	}
	return max(last.code, Failed), failed
}

// failedStart is the reason of a failed start.
type failedStart struct {
	text string
	more []string // the last lines of the program's output
	hint string
}

func (f *failedStart) Error() string { return f.text }

// More returns the last lines of the program's output.
func (f *failedStart) More() []string { return f.more }

// Hint returns what the user can do, or "".
func (f *failedStart) Hint() string { return f.hint }
