package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/caller"
	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/readiness"
)

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
	d, err := caller.Start{Name: p.name, Options: o, Streams: keptStreams(o)}.Begin()
	if err != nil {
		return p.check(err)
	}
	if !long && !d.Heard(soon) {
		cancelOnSignal(ctx, cancel)
	}
	code, err := d.Finish(ctx, func(line string) { fmt.Fprintln(p.stderr, line) })
	if by, ok := errors.AsType[interrupted](err); ok {
		return exitCode(exitstatus.OfSignal(by.signal.(syscall.Signal)))
	}
	if err == nil {
		p.check(p.say("%s\n", d.Started())) // the daemon runs even if the answer cannot be written
	}
	return exitCode(code)
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
