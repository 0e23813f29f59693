package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// small reduces the memory of the daemon's Go runtime, which reads both variables only at
// the start of a process. One thread at a time is enough for svloop. Without disablethp,
// each instance takes 3.6 MB of private memory on hosts where transparent huge pages are
// "always".
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// interrupted is the cause of a canceled wait for the daemon.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return fmt.Sprintf("interrupted by signal: %v", i.signal) }

// detach starts the daemon, and reports the result of its start.
func (p *invocation) detach(o *cmdline.Options) exitCode {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	long := o.Ready.Kind != readiness.Exec
	if long {
		cancelOnSignal(ctx, cancel) // before the daemon exists, so that no signal can kill this process and orphan it
	}
	schedule := o.KillSpec
	if schedule == nil {
		schedule, _ = proctree.ParseSchedule(proctree.DefaultSchedule)
	}
	d, err := daemonize.Start(daemonize.Options{Streams: keptStreams(o), Runtime: small, Schedule: schedule})
	if err != nil {
		return p.check(err)
	}
	if !long && !d.Heard(soon) {
		cancelOnSignal(ctx, cancel)
	}
	err = d.Wait(ctx, func(text string) {
		printable.Fprintf(p.stderr, "%s: warning: %s\n", p.name, text)
	})
	if err == nil {
		p.check(p.say(sayStarted, p.name, d.PID())) // the daemon runs even if the answer cannot be written
		return exitOK
	}
	if d.Died() {
		err = bury(o.Pidfile, d.PID(), schedule, err)
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		printable.Fprintf(p.stderr, "%s: %s\n", p.name, line)
	}
	var failed *daemonize.FailedError
	var by interrupted
	switch {
	case errors.As(err, &failed):
		return exitCode(failed.Code)
	case errors.As(err, &by):
		return exitCode(exitstatus.OfSignal(by.signal.(syscall.Signal)))
	}
	return exitFailed
}

// bury removes the pid file of a daemon that died during its start. It returns why the
// daemon died, joined with any error of the removal.
func bury(path string, daemon int, schedule proctree.Schedule, died error) error {
	if path == "" {
		return died
	}
	if err := pidfile.Bury(context.Background(), path, daemon, schedule); err != nil {
		return fmt.Errorf("%w; %w", died, err)
	}
	return died
}

// soon is the time within which a start is over that waits only for execve(2). To handle
// signals during that time would cost more than everything else that the caller does. If
// a signal kills the caller earlier, the daemon sees the closed pipe and exits.
const soon = 25 * time.Millisecond

// cancelOnSignal cancels the wait for the daemon when a signal arrives.
func cancelOnSignal(ctx context.Context, cancel context.CancelCauseFunc) {
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) { // signals that nohup(1) ignores stay ignored, also in the daemon
			signal.Notify(signals, s)
		}
	}
	go func() {
		select {
		case s := <-signals:
			cancel(interrupted{s})
		case <-ctx.Done():
		}
	}()
}

// keptStreams returns the standard streams that the daemon keeps: those that an option
// names, and regular files, because "svloop --daemon … >>log" is a common habit. The
// daemon closes all others, such as pipes and the terminal of the caller.
func keptStreams(o *cmdline.Options) (kept [3]*os.File) {
	for i, f := range [3]*os.File{os.Stdin, os.Stdout, os.Stderr} {
		info, err := f.Stat()
		plain := err == nil && info.Mode().IsRegular()
		if o.Streams[i].Kind == cmdline.StreamInherit || o.Streams[i].Kind == cmdline.StreamDefault && plain {
			kept[i] = f
		}
	}
	return kept
}
