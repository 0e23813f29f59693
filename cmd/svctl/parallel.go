package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/svloop/svloop/internal/runner"
)

// each calls f for every index below n, as many at a time as --jobs says.
func (s *session) each(n int, f func(i int)) {
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

// interruptible is done when somebody interrupts svctl, or its terminal is
// closed: the commands that run are ended, and nothing new is begun.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), runner.Interrupts()...)
}

// interruptibleByHand is not done when the terminal is closed, which is told
// more than once: by the kernel, and by the shell.
func interruptibleByHand() (context.Context, context.CancelFunc) {
	byHand := slices.DeleteFunc(runner.Interrupts(), func(s os.Signal) bool { return s == syscall.SIGHUP })
	return signal.NotifyContext(context.Background(), byHand...)
}
