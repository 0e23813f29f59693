// Package instance is one svloop at work: it owns the pid file, runs the program
// as the policy says, and terminates the process tree.
//
//	Run ─┬─ prepare             log, environment, output files
//	     ├─ claim               pkg/pidfile, survivors of a killed instance
//	     ├─ loop                policy decides: run again, pause, give up
//	     │    └─ execute        one run
//	     │         ├─ begin     internal/launch, internal/reaper
//	     │         └─ supervise exits, messages, deadlines
//	     └─ stopTree            pkg/proctree, by the kill specification
package instance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// instance is one running svloop: it owns the pid file, the program and all
// that comes of it.
type instance struct {
	*invocation.Options
	env     []string // of the program
	dir     string   // where relative paths start
	caller  *daemonize.Caller
	log     *output.Log
	reaper  *reaper.Reaper
	stop    context.CancelCauseFunc // ends the loop, with the reason
	streams *output.Streams
	pid     *pidfile.File // nil without --pidfile
	told    bool          // the caller knows that the program is ready
	stuck   error         // what lives on, so that the pid file has to stay
	last    pastRun       // the run before this one
	signals chan os.Signal
	warned  []string  // what was said of all runs
	dropped sync.Once // says that a message to NOTIFY_SOCKET was dropped

	// inherited is what a killed instance has left, until its program, heir, is
	// taken over by the first run; nil when it had none.
	inherited *pidfile.Survivors
	heir      *proctree.Handle

	mu      sync.Mutex
	record  pidfile.Record
	noted   bool // a process stands in the note beside the pid file
	hidden  bool // it could not be published, and that has been said
	running running
}

// running is what there is of the program now.
type running struct {
	main    int              // the pid that signals are passed on to, 0: none
	group   int              // the process group that svloop has made, 0: none
	adopted proctree.Targets // what is no descendant of svloop, nil: nothing
}

// asked is why an instance ends: somebody wanted it.
type asked struct{ by string }

func (a asked) Error() string { return a.by }

var askedByFile = asked{"asked to quit by the pid file"}

// askedBy returns why the instance ends. A signal that comes with a request in
// the pid file only makes svloop look there: see [pidfile.RequestQuit].
func (in *instance) askedBy(why error) error {
	if _, ok := why.(asked); ok && in.pid != nil && in.pid.Requested() == pidfile.Quit {
		return askedByFile
	}
	return why
}

// Config is what an instance needs from the command line and from its caller.
type Config struct {
	Options *invocation.Options
	Name    string            // of svloop as it was invoked, perhaps by a link
	Env     []string          // NAME=VALUE: the environment that the program inherits
	Dir     string            // where relative paths start, empty if it was removed
	Caller  *daemonize.Caller // waits for the start of a daemon; nil in the foreground
	Stderr  io.Writer         // for messages in the foreground
}

// Run runs the program until the policy or a request ends the instance, and
// returns the exit status of svloop. It reports every error itself: to the log,
// and to a caller that still waits.
func Run(c Config) Code {
	program := ""
	if len(c.Options.Command) > 0 {
		program = filepath.Base(c.Options.Command[0])
	}
	in := &instance{
		Options: c.Options,
		caller:  c.Caller,
		dir:     c.Dir,
		log:     output.NewLog(c.Name, program, c.Stderr, c.Options.Debug),
	}
	code, err := in.serve(c.Env)
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

func (in *instance) serve(env []string) (Code, error) {
	if in.caller == nil {
		// A program that shall die with its parent dies with the thread that
		// started it: this one, which lives as long as the process.
		runtime.LockOSThread()
	}
	in.signals = make(chan os.Signal, 16)
	// Before there is a program that the end of svloop by one of these would
	// leave behind. There is no way back: one that comes after the end would
	// replace the exit status.
	signal.Notify(in.signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2)
	if in.caller == nil {
		// Only to have a write to a broken pipe fail: for standard error the
		// Go runtime would end svloop. Nobody receives it, and a program that
		// is executed finds it as it was.
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	in.stop = stop

	go in.obey()
	if err := in.prepare(ctx, env); err != nil {
		return Failed, err
	}
	defer in.streams.Close()
	if err := in.claim(ctx); err != nil {
		return Failed, err
	}
	last := in.loop(ctx)
	asked := in.askedBy(context.Cause(ctx))
	err := cmp.Or(in.stopTree(asked), in.stuck)
	if in.pid != nil && err == nil {
		if last.gaveUp != "" && asked == nil {
			in.giveUp(last.gaveUp)
		}
		// What lives on is found by the pid file, which then stays.
		err = in.pid.Release()
	}
	switch {
	case in.unreported():
		code, why := in.noStart(last, asked)
		return code, errors.Join(why, err)
	case err != nil:
		return Failed, err
	case errors.Is(asked, pidfile.ErrHeld):
		return Failed, nil // the log says why
	case asked != nil:
		return OK, nil
	}
	return last.code, nil
}

// prepare does what can fail before anything is touched.
func (in *instance) prepare(ctx context.Context, own []string) error {
	if err := in.PathsFrom(in.dir); err != nil {
		return err
	}
	if in.caller != nil || in.Options.Log != "" {
		if err := in.openLog(); err != nil {
			return err
		}
	}
	var err error
	if in.env, err = environ(ctx, in.Options, own, in.warn); err != nil {
		return err
	}
	streams := output.Config{
		Streams: in.Streams, Dir: in.dir, Owner: in.Setup.Identity,
		Direct: in.Survivors == invocation.AdoptSurvivors, Daemon: in.caller != nil,
	}
	if in.caller != nil {
		streams.Stderr = in.caller.Stderr
	}
	opened, err := output.Open(streams, in.log)
	if err != nil {
		return err
	}
	in.mu.Lock()
	in.streams = opened // the signal handler uses it already
	in.mu.Unlock()
	if in.KillSpec == nil {
		in.KillSpec, _ = proctree.ParseSchedule(proctree.DefaultSchedule)
	}
	in.reaper, err = reaper.New()
	return err
}

// openLog sends svloop's own messages where they belong. A daemon without any
// place for them says so to its caller, and starts.
func (in *instance) openLog() error {
	if in.Options.Log != "" {
		return in.log.ToFile(in.Options.Log)
	}
	if err := in.log.ToSyslog(); err != nil {
		if errors.Is(err, nowait.ErrNoSyslog) || errors.Is(err, syscall.ECONNREFUSED) {
			err = errNoSyslog
		}
		in.caller.Warn(fmt.Sprintf("%v: messages are lost without --log FILE", err))
	}
	return nil
}

// errNoSyslog is short: the start has succeeded, and hosts without a syslog are
// many.
var errNoSyslog = errors.New("no syslog is running")

// warn reports what the caller should know although it prevents no start.
func (in *instance) warn(text string) {
	in.log.Warn("%s", text)
	if in.caller != nil {
		in.caller.Warn(text)
	}
}

// warnOnce does so for what is the same in every run.
func (in *instance) warnOnce(text string) {
	if !slices.Contains(in.warned, text) {
		in.warned = append(in.warned, text)
		in.warn(text)
	}
}

// loop runs the program as the policy says, and watches the pid file meanwhile.
func (in *instance) loop(ctx context.Context) outcome {
	// Published with the first run, which follows at once.
	in.record.Started, in.record.KillSpec = time.Now().Round(0), in.KillSpec.String()
	attend := sync.OnceFunc(func() {
		// In a channel of its own: many of them would fill one that a SIGTERM
		// needs, and be dropped there with it.
		children := make(chan os.Signal, 1)
		signal.Notify(children, syscall.SIGCHLD)
		in.reaper.Reap() // whoever ended before
		go func() {
			for range children {
				in.reaper.Reap()
			}
		}()
		if in.pid != nil {
			go in.heed(in.pid.Keep(ctx))
		}
	})
	return loop(ctx, in.Policy, func(ctx context.Context) outcome {
		return in.execute(ctx, attend)
	}, func(delay time.Duration) {
		in.update(func(r *pidfile.Record) { r.NextAttempt = time.Now().Add(delay) })
	}, in.log)
}

// obey reacts to signals until the process ends.
func (in *instance) obey() {
	for s := range in.signals {
		switch s {
		case syscall.SIGHUP:
			in.log.Reopen()
			in.mu.Lock()
			streams := in.streams
			in.mu.Unlock()
			if streams != nil {
				streams.Reopen()
			}
		case syscall.SIGUSR1, syscall.SIGUSR2:
			in.pass(s.(syscall.Signal))
		default:
			in.stop(asked{fmt.Sprintf("asked to quit by signal %s", proctree.SignalName(s.(syscall.Signal)))})
		}
	}
}

// heed reacts to what happens to the pid file.
func (in *instance) heed(events <-chan pidfile.Event) {
	for e := range events {
		switch {
		case errors.Is(e.Err, pidfile.ErrHeld):
			in.log.Err("ending, because another instance has taken the pid file: %v", e.Err)
			in.stop(e.Err)
		case e.Err != nil:
			in.log.Warn("%v", e.Err)
		case e.Request == pidfile.Quit:
			in.stop(askedByFile)
		default:
			in.log.Warn("the pid file has an unknown request: %q", e.Request)
		}
	}
}

// pass hands a signal on to the program.
func (in *instance) pass(s syscall.Signal) {
	in.mu.Lock()
	main := in.running.main
	in.mu.Unlock()
	if main == 0 {
		in.log.Warn("cannot pass signal %s on: no program is running", proctree.SignalName(s))
		return
	}
	if err := in.reaper.Signal(main, s); err != nil {
		in.log.Warn("cannot pass signal %s on: %v", proctree.SignalName(s), err)
	}
}

// stopTree ends all that is left when the instance was asked to quit, or when
// its caller is going to hear that there was no start. When the command has
// ended by itself, what it left in the background is left alone.
func (in *instance) stopTree(why error) error {
	if why == nil && !in.unreported() {
		return nil
	}
	// Who waits for the end learns of it before any log does, which may be slow.
	in.update(func(r *pidfile.Record) { r.Stopping = true })
	if by, ok := why.(asked); ok {
		in.log.Info("%v", by)
	}
	ctx := context.Background()
	for _, targets := range in.targets() {
		if err := proctree.Stop(ctx, targets, in.KillSpec, in.reaper.Changed()); err != nil {
			return fmt.Errorf("cannot end all processes: %w", err)
		}
	}
	in.log.Info("ended")
	return nil
}

// targets are what there is to end: the group of the program, then the rest.
func (in *instance) targets() (all []proctree.Targets) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.running.group != 0 {
		all = append(all, in.reaper.Group(in.running.group))
	}
	if in.running.adopted != nil {
		all = append(all, in.running.adopted)
	}
	return append(all, reaper.Everything())
}

// noStart says why a start has failed, to the caller who waits for it.
func (in *instance) noStart(last outcome, asked error) (Code, error) {
	switch {
	case errors.Is(asked, daemonize.ErrCallerGone):
		return Failed, asked
	case asked != nil:
		return Failed, fmt.Errorf("%w before the program was ready", asked)
	}
	failed := &failedStart{text: last.text}
	if last.ran {
		in.streams.Close()
		failed.more, failed.hint = in.streams.Said()
		failed.hint = cmp.Or(last.hint, failed.hint)
	}
	return max(last.code, Failed), failed
}

// failedStart is why a start has failed.
type failedStart struct {
	text string
	more []string // what the program said
	hint string
}

func (f *failedStart) Error() string { return f.text }

// More returns the last lines of the program's output.
func (f *failedStart) More() []string { return f.more }

// Hint says what to do, if there is something.
func (f *failedStart) Hint() string { return f.hint }
