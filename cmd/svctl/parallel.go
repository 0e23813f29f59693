package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
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

// interruptible is done when somebody interrupts svctl: the commands that run
// are ended, and nothing new is begun.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}
