package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// rehearsal is the answer to --dry-run in JSON; svctl(1) documents it.
type rehearsal struct {
	Action   servicedef.Action  `json:"action"`
	Services []rehearsedService `json:"services"`
}

type rehearsedService struct {
	Path    string     `json:"path"`
	State   string     `json:"state"`
	Changed bool       `json:"changed"`
	Skipped bool       `json:"skipped,omitempty"`
	Steps   []stepJSON `json:"steps"`
	Instead []stepJSON `json:"instead,omitempty"`
	Code    lsb.Action `json:"code,omitempty"` // of an action that is not possible
	Text    string     `json:"text,omitempty"` // why

	skipped string // why
}

// rehearse prints the plan of an action for the state as it is now. It looks up the
// state of the services, and changes nothing.
func (s *invocation) rehearse(name servicedef.Action, services []selected, plan *ordering.Plan) int {
	ctx, stop := interruptible()
	defer stop()
	restarted := func(step ordering.Step) bool {
		return step.Action != name && step.Action == servicedef.Start && name != ordering.Ensure
	}
	return s.rehearsed(ctx, rehearsal{name, s.rehearseSteps(ctx, name, services, plan, restarted)})
}

// rehearseApply prints the plans of the two parts of apply.
func (s *invocation) rehearseApply(stops, starts []selected, stopping, starting *ordering.Plan) int {
	ctx, stop := interruptible()
	defer stop()
	stopped := make(map[string]bool)
	for _, service := range stops {
		stopped[service.Path] = true
	}
	no := func(ordering.Step) bool { return false }
	changed := func(step ordering.Step) bool { return stopped[starts[step.Index].Path] }
	report := rehearsal{applying, s.rehearseSteps(ctx, servicedef.Stop, stops, stopping, no)}
	report.Services = append(report.Services, s.rehearseSteps(ctx, servicedef.Start, starts, starting, changed)...)
	if len(report.Services) == 0 && !s.json {
		fmt.Fprintln(s.stdout, nothingChanged)
	}
	return s.rehearsed(ctx, report)
}

// rehearseSteps returns the steps of an action, and prints them as text. A step for which
// stoppedBefore is true finds its service stopped, because an earlier step has stopped it.
func (s *invocation) rehearseSteps(ctx context.Context, name servicedef.Action, services []selected, plan *ordering.Plan, stoppedBefore func(ordering.Step) bool) []rehearsedService {
	statuses, skipped := s.statuses(ctx, services), s.newSkip(name)
	rehearsed := make([]rehearsedService, len(services))
	for i, service := range services {
		why := skipped(service)
		rehearsed[i] = rehearsedService{Path: service.Path, State: statuses[i].Detail, Skipped: why != "", skipped: why, Steps: []stepJSON{}}
	}
	for _, step := range plan.Steps {
		r := &rehearsed[step.Index]
		part := *r
		if !r.Skipped {
			service, now := services[step.Index].Service, statuses[step.Index]
			if stoppedBefore(step) {
				now = control.Status{State: pidfile.Stopped, Code: lsb.NotRunning}
			}
			decided := control.Decide(step.Action, now, service)
			if name == servicedef.TryRestart && step.Action == servicedef.Start && !r.Changed { // it does not run
				decided = control.Plan{}
			}
			if decided.Code != lsb.Done {
				r.refuse(decided, excuse(name, services[step.Index], decided.Code))
				part = *r
			}
			part.Steps, part.Instead = s.stepsJSON(service, decided.Steps), s.stepsJSON(service, decided.Instead)
			r.Steps, r.Instead = append(r.Steps, part.Steps...), part.Instead
			r.Changed = r.Changed || decided.Changes()
		}
		if !s.json && (step.Last || len(part.Steps) > 0) {
			part.print(s.stdout)
		}
	}
	return rehearsed
}

// rehearsed prints the answer as JSON, if that is asked for, and returns the exit status.
func (s *invocation) rehearsed(ctx context.Context, report rehearsal) int {
	if s.json {
		return exitCode(ctx, s.printJSON(report))
	}
	return exitCode(ctx, int(lsb.Done))
}

func (r rehearsedService) print(to io.Writer) {
	switch {
	case r.Skipped:
		printable.Fprintf(to, "%s: %s\n", r.Path, r.skipped)
	case r.Code != lsb.Done:
		printable.Fprintf(to, "%s: %s\n", r.Path, r.Text)
	case len(r.Steps) == 0:
		printable.Fprintf(to, "%s: is %s, nothing to do\n", r.Path, r.State)
	}
	for _, step := range r.Steps {
		printable.Fprintf(to, "%s: would %s\n", r.Path, step)
	}
	for _, step := range r.Instead {
		printable.Fprintf(to, "%s: if that exits with 2 or 3, would %s\n", r.Path, step)
	}
}

// refuse records that the action is not possible, or that it skips the service.
func (r *rehearsedService) refuse(p control.Plan, why string) {
	if why != "" {
		r.Skipped, r.skipped = true, why
		return
	}
	r.Code, r.Text = p.Code, p.Text
}

// stepJSON is a step of a plan in JSON; String is for people.
type stepJSON struct {
	Kind      servicedef.StepKind `json:"kind"`
	Action    servicedef.Action   `json:"action"`
	Argv      []string            `json:"argv,omitempty"`
	Path      string              `json:"path,omitempty"`
	Signal    string              `json:"signal,omitempty"`
	Timeout   float64             `json:"timeout_seconds,omitempty"`
	Processes []processJSON       `json:"processes,omitempty"`
}

type processJSON struct {
	PID  int      `json:"pid"`
	Args []string `json:"args"`
}

func (s *invocation) stepsJSON(service *servicedef.Service, steps []control.Step) []stepJSON {
	all := []stepJSON{}
	for _, command := range control.Commands(steps, service, s.control.Svloop) {
		all = append(all, s.stepJSON(service, command))
	}
	return all
}

func (s *invocation) stepJSON(service *servicedef.Service, step servicedef.Step) stepJSON {
	j := stepJSON{Kind: step.Kind, Action: step.Action, Argv: step.Argv, Path: step.Path, Timeout: step.Timeout.Seconds()}
	switch step.Kind {
	case servicedef.Kill:
		found, _ := s.control.Matches(service)
		j.Processes = processesJSON(found)
	case servicedef.Signal:
		if step.Action == servicedef.SendSignal {
			step.Signal = s.signalling.signal
		}
		found, _ := s.control.Mains(service)
		j.Signal, j.Processes = proctree.SignalName(step.Signal), processesJSON(found)
	}
	return j
}

func processesJSON(found matching.Table) []processJSON {
	all := make([]processJSON, len(found))
	for i, p := range found {
		all[i] = processJSON{p.PID, p.Args}
	}
	return all
}

func (j stepJSON) String() string {
	switch j.Kind {
	case servicedef.Look:
		return "search the process table"
	case servicedef.Kill:
		return "signal " + j.processes()
	case servicedef.Signal:
		return "send signal " + j.Signal + " to " + j.processes()
	}
	text := "run " + shellquote.Show(j.Argv)
	if j.Path != "" {
		text += " with PATH=" + j.Path
	}
	return text
}

// processes returns the processes that receive a signal, for people.
func (j stepJSON) processes() string {
	if len(j.Processes) == 0 {
		return "no process"
	}
	all := make([]string, len(j.Processes))
	for i, p := range j.Processes {
		all[i] = fmt.Sprintf("pid %d (%s)", p.PID, shellquote.Show(p.Args))
	}
	return strings.Join(all, ", ")
}
