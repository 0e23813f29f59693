package control

import (
	"context"
	"sync"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Wait waits until each service has reached its state, or the context is done, and returns
// the last states. reached is called from several goroutines. At most a number of services
// are looked at at the same time.
//
// Services that are found in the process table share its readings. The exit of a process is
// noticed at once; the start of a program is found by polling.
func (c *Controller) Wait(ctx context.Context, services []*servicedef.Service, jobs int, reached func(i int, now Status) bool) []Status {
	last := make([]Status, len(services))
	places := make(chan struct{}, jobs)
	var wait sync.WaitGroup
	var inTable []int
	for i, s := range services {
		if s.InTable() {
			inTable = append(inTable, i)
			continue
		}
		wait.Go(func() { c.waitFor(ctx, []int{i}, services, last, places, reached) })
	}
	wait.Go(func() { c.waitFor(ctx, inTable, services, last, places, reached) })
	wait.Wait()
	return last
}

// waitFor waits for the services with these indexes.
func (c *Controller) waitFor(ctx context.Context, left []int, services []*servicedef.Service, last []Status, places chan struct{}, reached func(int, Status) bool) {
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		var missing []int
		c.Expire()
		for _, i := range left {
			places <- struct{}{}
			now := c.Status(ctx, services[i])
			<-places
			if ctx.Err() == nil || last[i].Detail == "" { // an interrupted command says nothing
				last[i] = now
			}
			if !reached(i, now) {
				missing = append(missing, i)
			}
		}
		if left = missing; len(left) == 0 || pauseUntilExit(ctx, pauses, last[left[0]]) != nil {
			return
		}
	}
}

// pauseUntilExit waits for a pause, or until a process of the service exits.
func pauseUntilExit(ctx context.Context, pauses *poll.Pauses, now Status) error {
	pid := now.Svloop
	if pid == 0 && len(now.PIDs) > 0 {
		pid = now.PIDs[0]
	}
	if pid == 0 {
		return pauses.Wait(ctx)
	}
	h, err := proctree.Open(pid)
	if err != nil {
		return pauses.Wait(ctx)
	}
	defer h.Close()
	if h.Exited() { // nobody reaps it
		return pauses.Wait(ctx)
	}
	step, cancel := context.WithTimeout(ctx, pauses.Next())
	defer cancel()
	_ = h.Wait(step)
	return context.Cause(ctx)
}
