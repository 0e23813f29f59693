package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// acting returns the function that carries out an action on all selected services.
func acting(name servicedef.Action) func(*invocation) int {
	return func(s *invocation) int { return s.act(name) }
}

// doing is what the progress line says during an action.
var doing = map[servicedef.Action]string{
	servicedef.Start: "starting", servicedef.Stop: "stopping", servicedef.TryStop: "stopping",
	servicedef.Restart: "restarting", servicedef.TryRestart: "restarting",
	servicedef.Reload: "reloading", servicedef.ForceReload: "reloading", servicedef.SendSignal: "signalling",
}

// actionReport is the answer to an action in JSON; svctl(1) documents it.
type actionReport struct {
	Action   servicedef.Action `json:"action"`
	Code     lsb.Action        `json:"code"`
	Services []actionResult    `json:"services"`
}

type actionResult struct {
	Path     string     `json:"path"`
	Code     lsb.Action `json:"code"`
	Changed  bool       `json:"changed"`
	Skipped  bool       `json:"skipped,omitempty"`
	NotBegun bool       `json:"not_begun,omitempty"`
	Text     string     `json:"text"`
	Warnings []string   `json:"warnings,omitempty"`

	took time.Duration // by the steps of the action, without waits for other services
}

// act runs an action on all selected services in the order of their keys "after", and
// exits with the first code that is not 0, in the order of the services. After a signal
// it starts no further service, and exits with 128 plus the number of the signal.
func (s *invocation) act(name servicedef.Action) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	plan := ordering.For(name, servicesOf(services))
	if s.dryRun {
		return s.rehearse(name, services, plan)
	}
	ctx, stop := interruptible()
	defer stop()
	report := actionReport{Action: name, Services: s.actOn(ctx, name, services, plan)}
	return s.reported(ctx, report)
}

// actOn carries out the plan of an action, prints the results, and returns them.
func (s *invocation) actOn(ctx context.Context, name servicedef.Action, services []selected, plan *ordering.Plan) []actionResult {
	results := make([]actionResult, len(services))
	progress := s.newProgress()
	skipped := s.newSkip(name)
	exclusion := s.newExclusion()
	defer exclusion.close()
	trail := s.newAudit()
	defer trail.close()
	var first failure
	plan.Run(s.jobs, func(step ordering.Step) {
		service, r := services[step.Index], &results[step.Index]
		begun := r.Path != ""
		r.Path = service.Path
		switch skipped := skipped(service); {
		case skipped != "":
			r.Skipped, r.Text = true, skipped
		case r.Code != lsb.Done: // the stop of a restart failed
		case name == servicedef.TryRestart && step.Action == servicedef.Start && !r.Changed: // it did not run
		case ctx.Err() != nil:
			r.interrupt(context.Cause(ctx))
			if step.Action != name { // the start of a restart: the stop was not for good
				exclusion.release(service.Service)
			}
		case s.acts.failFast && !begun && first.path() != "":
			r.NotBegun, r.Code, r.Text = true, lsb.Failed, fmt.Sprintf("not begun: %s has failed (--fail-fast)", first.path())
		default:
			r.warn(step, plan, results)
			for _, w := range r.Warnings {
				progress.change(func() { printable.Fprintf(s.stderr, "svctl: warning: %s: %s\n", r.Path, w) })
			}
			progress.begin(doing[step.Action], service.Path)
			since := time.Now()
			r.take(name, step.Action, exclusion.act(ctx, step.Action, service.Service, func(ctx context.Context) control.Outcome {
				return s.perform(ctx, step.Action, service.Service)
			}))
			r.took += time.Since(since)
			progress.end(service.Path)
			if why := excuse(name, service, r.Code); why != "" {
				r.Code, r.Skipped, r.Text = lsb.Done, true, why
			}
			if r.Code != lsb.Done {
				first.record(r.Path)
			}
		}
		if step.Last {
			trail.recordResult(name, *r)
		}
		if step.Last && !s.json {
			progress.change(func() { s.say(*r) })
		}
	})
	return results
}

// failure is the first service for which an action failed.
type failure struct {
	mu    sync.Mutex
	first string // its path
}

func (f *failure) record(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.first = cmp.Or(f.first, path)
}

func (f *failure) path() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first
}

// reported prints the answer in JSON, and returns the exit status.
func (s *invocation) reported(ctx context.Context, report actionReport) int {
	for _, r := range report.Services {
		if report.Code == lsb.Done {
			report.Code = r.Code
		}
	}
	report.Code = lsb.Action(exitCode(ctx, int(report.Code)))
	if s.json {
		if code := s.printJSON(report); code != 0 {
			return code
		}
	}
	return int(report.Code)
}

func (s *invocation) perform(ctx context.Context, action servicedef.Action, service *servicedef.Service) control.Outcome {
	c := s.control
	switch action {
	case servicedef.Start:
		return c.Start(ctx, service)
	case servicedef.Stop:
		return c.Stop(ctx, service)
	case servicedef.Reload:
		return c.Reload(ctx, service)
	case servicedef.ForceReload:
		return c.ForceReload(ctx, service)
	case servicedef.TryRestart:
		return c.TryRestart(ctx, service)
	case servicedef.TryStop:
		return c.TryStop(ctx, service)
	case servicedef.SendSignal:
		return c.Signal(ctx, service, s.signalling.signal)
	}
	return c.Restart(ctx, service)
}

// take records the outcome of a step. A restart may consist of a stop and a start.
func (r *actionResult) take(name, step servicedef.Action, o control.Outcome) {
	r.Code, r.Changed, r.Text = o.Code, o.Changed, o.Text
	restarted := name == servicedef.Restart || name == servicedef.TryRestart && (o.Changed || step == servicedef.Start)
	if restarted && o.Code == lsb.Done {
		r.Changed, r.Text = true, "restarted"
	}
}

// interrupt records that a signal came before the step.
func (r *actionResult) interrupt(cause error) {
	if r.Changed {
		r.Changed, r.Text = false, fmt.Sprintf("cannot restart: it is stopped, and not started again: %v", cause)
	} else {
		r.NotBegun, r.Text = true, fmt.Sprintf("not begun: %v", cause)
	}
	r.Code = lsb.Failed
}

// warn adds a warning for each service whose start precedes this one and failed.
func (r *actionResult) warn(step ordering.Step, plan *ordering.Plan, all []actionResult) {
	if step.Action != servicedef.Start && step.Action != servicedef.Restart {
		return
	}
	for _, other := range plan.After[step.Index] {
		if all[other].Code != lsb.Done {
			r.Warnings = append(r.Warnings, fmt.Sprintf("it is after %s, which failed to start", all[other].Path))
		}
	}
}

const skippedText = "skipped, it is expected to be stopped"

// newSkip returns a function that returns why an action skips a service, "" if it does
// not. Without its name, a service that is expected to be stopped is not started, and
// ensure does not undo what was done by hand.
func (s *invocation) newSkip(name servicedef.Action) func(selected) string {
	remarks := noRemarks
	if name == ordering.Ensure {
		remarks = s.newRemarks()
	}
	return func(service selected) string {
		starts := name == servicedef.Start || name == servicedef.Restart
		switch hold := remarks(service.Service).hold; {
		case service.byName:
		case starts && service.Expected == servicedef.Stopped:
			return skippedText
		case hold != "":
			return "skipped, it was " + hold
		}
		return ""
	}
}

// excuse returns why an action that only running services have skips a service that it was
// not applied to by name, "" if it does not.
func excuse(name servicedef.Action, service selected, code lsb.Action) string {
	switch {
	case service.byName || name != servicedef.Reload && name != servicedef.ForceReload && name != servicedef.SendSignal:
		return ""
	case code == lsb.Unimplemented && name == servicedef.SendSignal:
		return "skipped, its main process is not known"
	case code == lsb.Unimplemented && service.Reload == nil: // a reload command of its own has failed
		return "skipped, it has no reload"
	case code == lsb.NotActive && service.Expected == servicedef.Stopped:
		return skippedText
	}
	return ""
}

func (s *invocation) say(r actionResult) {
	if r.Code == lsb.Done {
		if s.acts.quiet {
			return
		}
		printable.Fprintf(s.stdout, "%s: %s\n", r.Path, r.Text)
		return
	}
	for line := range strings.SplitSeq(r.Text, "\n") {
		if strings.HasPrefix(line, "hint: ") {
			printable.Fprintf(s.stderr, "svctl: %s\n", line)
		} else {
			printable.Fprintf(s.stderr, "svctl: %s: %s\n", r.Path, line)
		}
	}
}
