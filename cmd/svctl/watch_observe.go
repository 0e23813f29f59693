package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/resources"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// observation is what one look at the services has found.
type observation struct {
	at       time.Time
	services []serviceStatus
	notice   string // for the user, "" if there is none
}

// observer looks at services repeatedly. A status command that takes long delays neither
// a look nor the other services: until it exits, the previous state is shown.
type observer struct {
	*invocation
	services []selected
	reading  *resources.Reading // the last one
	panics   chan string        // of goroutines: the one that owns the terminal must panic

	places   chan struct{} // for commands: --jobs at a time
	commands sync.WaitGroup

	mu      sync.Mutex
	answers []commandAnswer
}

// commandAnswer is the last answer of a status command.
type commandAnswer struct {
	found control.Status
	known bool
	since time.Time // when the command began; zero: it does not run
}

func (s *invocation) newObserver(services []selected) *observer {
	return &observer{
		invocation: s, services: services, answers: make([]commandAnswer, len(services)),
		places: make(chan struct{}, s.jobs), panics: make(chan string, 1),
	}
}

// guard runs f in a goroutine, and passes on its panic.
func (o *observer) guard(f func()) {
	go func() {
		defer func() {
			if p := recover(); p != nil {
				o.panics <- fmt.Sprintf("%v\n\n%s", p, debug.Stack())
			}
		}()
		f()
	}()
}

// runsCommand reports whether the state of a service is that of a command.
func (o *observer) runsCommand(s *servicedef.Service) bool {
	return !s.InTable() && !(s.Kind() == servicedef.ByDaemon && o.control.InProcess)
}

// look returns the states of all services. It waits for status commands no longer than
// patience. The process table is read once for the resources of all services, and the
// command lines once if there are services that are found by them.
func (o *observer) look(ctx context.Context, patience time.Duration) observation {
	o.control.Expire()
	found := make([]control.Status, len(o.services))
	asked := o.ask(ctx)
	for i, service := range o.services {
		if !o.runsCommand(service.Service) {
			found[i] = o.control.Status(ctx, service.Service)
		}
	}
	select {
	case <-asked:
	case <-ctx.Done():
	case <-time.After(patience):
	}
	result := observation{at: time.Now(), services: make([]serviceStatus, len(o.services))}
	reading, err := resources.Next(o.reading)
	if err != nil {
		result.notice = err.Error()
	} else {
		o.reading = reading
	}
	remarks := o.newRemarks()
	for i, service := range o.services {
		result.services[i] = o.status(i, found[i], result.at)
		result.services[i].remarks = remarks(service.Service)
	}
	return result
}

// ask begins the status commands that do not run yet. The channel is closed when they have
// exited.
func (o *observer) ask(ctx context.Context) <-chan struct{} {
	var round sync.WaitGroup
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, service := range o.services {
		if !o.runsCommand(service.Service) || !o.answers[i].since.IsZero() {
			continue
		}
		o.answers[i].since = time.Now()
		round.Add(1)
		o.commands.Add(1)
		o.guard(func() {
			defer o.commands.Done()
			defer round.Done()
			o.places <- struct{}{}
			defer func() { <-o.places }()
			found := o.control.Status(ctx, service.Service)
			o.mu.Lock()
			defer o.mu.Unlock()
			o.answers[i] = commandAnswer{found: found, known: true}
		})
	}
	done := make(chan struct{})
	go func() {
		round.Wait()
		close(done)
	}()
	return done
}

// status returns the status of a service with the resources of its processes.
func (o *observer) status(i int, found control.Status, now time.Time) serviceStatus {
	service := o.services[i].Service
	var waiting time.Duration
	if o.runsCommand(service) {
		o.mu.Lock()
		answer := o.answers[i]
		o.mu.Unlock()
		if !answer.since.IsZero() {
			waiting = now.Sub(answer.since)
		}
		if !answer.known {
			return serviceStatus{Path: service.Path, State: asking, Expected: service.Expected, AsExpected: true, waiting: waiting}
		}
		found = answer.found
	}
	r := newServiceStatus(service, found)
	r.waiting = waiting
	if len(found.PIDs) == 0 || o.reading == nil {
		return r
	}
	supervisor := 0
	if found.Code == lsb.Running {
		supervisor = found.Svloop
	}
	if u, ok := o.reading.Tree(found.PIDs, supervisor); ok {
		r.Uptime, r.CPU, r.Memory = max(0, now.Sub(u.Started)).Seconds(), u.CPU, u.Memory
	}
	return r
}

// asking is the state of a service whose status command has not exited yet.
const asking = "asking"
