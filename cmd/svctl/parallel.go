package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/proctree"
)

// each calls f for every index below n, in at most --jobs goroutines at a time.
func (s *invocation) each(n int, f func(i int)) {
	var wait sync.WaitGroup
	places := make(chan struct{}, s.jobs)
	for i := range n {
		places <- struct{}{}
		wait.Go(func() {
			defer func() { <-places }()
			f(i)
		})
	}
	wait.Wait()
}

// interruption is the signal that interrupted svctl.
type interruption struct{ signal syscall.Signal }

func (i interruption) Error() string {
	return "interrupted by signal " + proctree.SignalName(i.signal)
}

// interruptible returns a context that a signal or a closed terminal cancels: running
// commands are killed, and no new command is started.
func interruptible() (context.Context, context.CancelFunc) {
	return interruptibleBy(runner.Interrupts())
}

// interruptibleByHand is interruptible without SIGHUP. A closed terminal sends SIGHUP
// more than once: from the kernel and from the shell.
func interruptibleByHand() (context.Context, context.CancelFunc) {
	return interruptibleBy(slices.DeleteFunc(runner.Interrupts(), func(s os.Signal) bool { return s == syscall.SIGHUP }))
}

func interruptibleBy(signals []os.Signal) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.Background())
	received := make(chan os.Signal, 1)
	signal.Notify(received, signals...)
	go func() {
		select {
		case s := <-received:
			cancel(interruption{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		cancel(nil)
	}
}

// exitCode returns the exit status of an action: its code, or 128 plus the number of the
// signal that interrupted it, as shells do.
func exitCode(ctx context.Context, code int) int {
	if by, interrupted := errors.AsType[interruption](context.Cause(ctx)); interrupted {
		return exitstatus.OfSignal(by.signal)
	}
	return code
}
