package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// waitAction waits until the services have reached a state. It exits with 1 if one has not
// within the time limit.
func waitAction(s *invocation) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	ctx, stop := interruptible()
	defer stop()
	limit := cmp.Or(s.timeout, waitTimeout)
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	reached := func(i int, now control.Status) bool { return s.waiting.reached(services[i].Service, now) }
	report := actionReport{Action: "wait", Services: make([]actionResult, len(services))}
	for i, now := range s.control.Wait(timed, servicesOf(services), s.jobs, reached) {
		r := &report.Services[i]
		r.Path, r.Text = services[i].Path, now.Detail
		if !reached(i, now) {
			r.Code, r.Text = lsb.Failed, s.waiting.late(ctx, limit, now)
		}
		if !s.json {
			s.say(*r)
		}
	}
	return s.reported(ctx, report)
}

// late returns the text for a service that has not reached its state.
func (o waitOptions) late(ctx context.Context, limit time.Duration, now control.Status) string {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Sprintf("it is %s: %v", now.Detail, cause)
	}
	return fmt.Sprintf("after %s it is %s", limit, now.Detail)
}

// reached reports whether a service is in the state to wait for. A service that is starting
// does not run yet.
func (o waitOptions) reached(service *servicedef.Service, now control.Status) bool {
	want := servicedef.Running
	switch o.state {
	case waitStopped:
		want = servicedef.Stopped
	case waitExpected:
		want = service.Expected
	}
	if want == servicedef.Stopped {
		return now.Code == lsb.NotRunning
	}
	return now.Code == lsb.Running && now.State != pidfile.Starting
}
