package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
)

// statusesInTime returns the states of services within --timeout, and why some of them may
// be unknown: [errLate], or a signal.
func (s *invocation) statusesInTime(ctx context.Context, services []selected) ([]control.Status, error) {
	return inTime(ctx, s.timeout, s.jobs, len(services), func(ctx context.Context, i int) control.Status {
		return s.control.Status(ctx, services[i].Service)
	})
}

var errLate = errors.New("the timeout has expired (--timeout)")

// unanswered is the warning that states are unknown, with the cause.
func unanswered(cause error) string {
	return fmt.Sprintf("warning: not all services have answered: %v", cause)
}

// inTime calls ask for every index below n, a number of jobs at a time, and returns the
// answers. After four fifths of the time limit the context of the calls is done, so that
// commands are killed. The rest is for their exit, for calls that do not return because a
// file system does not answer, and for the output.
func inTime(ctx context.Context, limit time.Duration, jobs, n int, ask func(context.Context, int) control.Status) ([]control.Status, error) {
	soft := limit * 4 / 5
	ctx, cancel := context.WithTimeoutCause(ctx, soft, errLate)
	defer cancel()
	hard := time.After(soft + (limit-soft)/2)
	type answer struct {
		i      int
		status control.Status
	}
	answers := make(chan answer, n)
	go eachInTime(ctx, jobs, n, func(i int) { answers <- answer{i, ask(ctx, i)} })
	found := make([]control.Status, n)
	for i := range found {
		found[i] = control.Status{Code: lsb.Unknown, State: pidfile.Unknown, Detail: fmt.Sprintf("unknown: no answer within %s", limit)}
	}
	for range n {
		select {
		case a := <-answers:
			found[a.i] = a.status
		case <-hard:
			return found, context.Cause(ctx)
		}
	}
	return found, context.Cause(ctx)
}

// slowLook is how long a look at a service counts for --jobs if there is a time limit.
// Commands that hang would otherwise prevent looks at the services behind them.
const slowLook = time.Second

// eachInTime calls f for every index below n. When the context is done, it calls f for the
// rest at once.
func eachInTime(ctx context.Context, jobs, n int, f func(i int)) {
	free := make(chan struct{}, jobs)
	release := func() {
		select {
		case free <- struct{}{}:
		default: // the call began without a place, because the context was done
		}
	}
	for range jobs {
		release()
	}
	for i := range n {
		select {
		case <-free:
		case <-ctx.Done():
		}
		go func() {
			slow := time.AfterFunc(slowLook, release)
			f(i)
			if slow.Stop() {
				release()
			}
		}()
	}
}
