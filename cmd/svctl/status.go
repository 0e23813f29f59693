package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// statusReport is the answer to status in JSON; svctl(1) documents it.
type statusReport struct {
	Code     lsb.Status      `json:"code"`
	Services []serviceStatus `json:"services"`
}

type serviceStatus struct {
	Path         string              `json:"path"`
	Code         lsb.Status          `json:"code"`
	State        string              `json:"state"`  // one word
	Reason       string              `json:"reason"` // the state and why, for people
	Expected     servicedef.Expected `json:"expected"`
	AsExpected   bool                `json:"as_expected"`
	PIDs         []int               `json:"pids,omitempty"`
	Uptime       float64             `json:"uptime_seconds,omitempty"`
	CPU          float64             `json:"cpu_percent,omitempty"`
	Memory       uint64              `json:"memory_bytes,omitempty"`
	Ready        *bool               `json:"ready,omitempty"`
	Restarts     *int                `json:"restarts,omitempty"`
	LastExit     string              `json:"last_exit,omitempty"`
	LastExitTime time.Time           `json:"last_exit_time,omitzero"`
	NextAttempt  time.Time           `json:"next_attempt,omitzero"`
	remarks

	tooOften string        // a running service: why check warns of it
	waiting  time.Duration // how long the status command has been running, of a service that is watched
}

// statusAction prints a line for one service, and a table for several. It exits with the
// first code that is not 0.
func statusAction(s *invocation) int {
	services, err := s.services()
	if err != nil {
		if _, wrong := errors.AsType[*usageerror.Error](err); wrong {
			return complain(s.stderr, err)
		}
		complain(s.stderr, err)
		return int(lsb.Unknown)
	}
	if s.reporting.watch > 0 {
		return s.watch(services)
	}
	ctx, stop := interruptible()
	defer stop()
	report := newStatusReport(services, s.statuses(ctx, services), s.newRemarks())
	if s.reporting.failed {
		report = report.failed()
	}
	switch {
	case s.acts.quiet:
	case s.json:
		if s.printJSON(report) != 0 {
			return int(lsb.Unknown)
		}
	case len(report.Services) == 0:
		s.printNoneFailed(len(services))
	case s.one(services):
		s.printStatus(report.Services[0])
	default:
		s.printStatuses(report.Services)
	}
	return exitCode(ctx, int(report.Code))
}

func newStatusReport(services []selected, found []control.Status, remarksOn func(*servicedef.Service) remarks) statusReport {
	report := statusReport{Services: make([]serviceStatus, len(services))}
	for i, service := range services {
		report.Services[i] = newServiceStatus(service.Service, found[i])
		report.Services[i].addUsage()
		report.Services[i].remarks = remarksOn(service.Service)
		if report.Code == lsb.Running {
			report.Code = found[i].Code
		}
	}
	return report
}

// failed returns the services that check warns of. The code is that of check, because a
// service may run although it is expected to be stopped.
func (r statusReport) failed() statusReport {
	some := statusReport{Services: onlyFailed(r.Services)}
	if len(some.Services) > 0 {
		some.Code = lsb.Status(lsb.Failed)
	}
	return some
}

func onlyFailed(all []serviceStatus) []serviceStatus {
	failed := []serviceStatus{}
	for _, r := range all {
		if !r.AsExpected {
			failed = append(failed, r)
		}
	}
	return failed
}

// printNoneFailed reports on a terminal that all services are as expected. A script gets an
// empty answer.
func (s *invocation) printNoneFailed(services int) {
	if isTerminal(s.stdout) {
		fmt.Fprintln(s.stdout, noneFailed(services))
	}
}

func noneFailed(services int) string {
	if services == 1 {
		return "the service is as expected"
	}
	return fmt.Sprintf("all %d services are as expected", services)
}

// printStatus prints the line for one service.
func (s *invocation) printStatus(r serviceStatus) {
	printable.Fprintf(s.stdout, "%s: %s%s%s\n", r.Path, s.paint(r.style(), r.Reason), r.pidText(), r.text())
}

func (s *invocation) statuses(ctx context.Context, services []selected) []control.Status {
	found := make([]control.Status, len(services))
	s.each(len(services), func(i int) { found[i] = s.control.Status(ctx, services[i].Service) })
	return found
}

// pidText returns the pids of a service that runs. The state of a dead service has the
// pids of its remaining processes already.
func (r serviceStatus) pidText() string {
	switch n := len(r.PIDs); {
	case n == 0 || r.Code != lsb.Running:
		return ""
	case n == 1:
		return fmt.Sprintf(" (pid %d)", r.PIDs[0])
	default:
		return fmt.Sprintf(" (pid %d and %d more)", r.PIDs[0], n-1)
	}
}

// newServiceStatus adds the facts that svloop publishes.
func newServiceStatus(s *servicedef.Service, found control.Status) serviceStatus {
	ok, _ := judge(s, found)
	status := serviceStatus{
		Path: s.Path, Code: found.Code, State: found.State.String(), Reason: found.Detail, Expected: s.Expected,
		AsExpected: ok, PIDs: found.PIDs,
	}
	if !ok && control.AsExpected(s, found.Code) {
		status.tooOften = oftenRestarted(restarts(s, found), s)
	}
	if r := found.Record; r != nil {
		restarts := r.Restarts()
		status.Ready, status.Restarts = &r.Ready, &restarts
		status.LastExit, status.LastExitTime, status.NextAttempt = r.LastExit, r.LastExitTime, r.NextAttempt
	}
	return status
}

// addUsage adds the resources that the first process of the service uses.
func (r *serviceStatus) addUsage() {
	if len(r.PIDs) == 0 {
		return
	}
	if u, ok := matching.UsageOf(r.PIDs[0]); ok {
		r.Uptime = time.Since(u.Started).Round(time.Millisecond).Seconds()
		r.CPU, r.Memory = u.CPU, u.Memory
	}
}
