package main

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// showReport is the answer to show in JSON; svctl(1) documents it.
type showReport struct {
	Groups   []shownGroup   `json:"groups,omitempty"`
	Services []shownService `json:"services"`
}

type shownGroup struct {
	Path        string              `json:"path"`
	Strategy    servicedef.Strategy `json:"strategy"`
	Window      int                 `json:"window"`
	Adjustments int                 `json:"adjustments"`
	Expected    servicedef.Expected `json:"expected,omitempty"`
	After       []string            `json:"after,omitempty"`
	Position    string              `json:"position"`
}

type shownService struct {
	Path     string                           `json:"path"`
	Kind     servicedef.Kind                  `json:"kind"`
	Expected servicedef.Expected              `json:"expected"`
	Position string                           `json:"position"`
	Timeout  float64                          `json:"timeout_seconds"`
	Restarts string                           `json:"max_restarts,omitempty"`
	PATH     string                           `json:"path_variable,omitempty"`
	After    []string                         `json:"after,omitempty"`
	Pattern  string                           `json:"pattern,omitempty"`
	Words    []string                         `json:"match_words,omitempty"`
	Plans    map[servicedef.Action][]stepJSON `json:"plans"`
	remarks
}

var plannedActions = []servicedef.Action{servicedef.Start, servicedef.Stop, servicedef.Status, servicedef.Restart, servicedef.Reload}

// showAction prints the meaning of entries: the exact words of each command, changes of
// its environment, and its limits.
func showAction(s *invocation) int {
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	entries, _ := s.entries() // services has found them
	report := showReport{Groups: groupsIn(entries), Services: []shownService{}}
	remarks := s.newRemarks()
	for _, service := range services {
		shown := s.shown(service.Service)
		shown.remarks = remarks(service.Service)
		report.Services = append(report.Services, shown)
	}
	if s.json {
		return s.printJSON(report)
	}
	for _, g := range report.Groups {
		s.printGroup(g)
	}
	for i, shown := range report.Services {
		if i > 0 || len(report.Groups) > 0 {
			fmt.Fprintln(s.stdout)
		}
		s.printShown(shown)
	}
	return int(lsb.Done)
}

// groupsIn returns the groups among the entries and below them.
func groupsIn(entries []*servicedef.Entry) (all []shownGroup) {
	for _, e := range entries {
		if g := e.Group; g != nil {
			shown := shownGroup{
				Path: e.Path, Strategy: g.Strategy, Window: g.Window, Adjustments: g.Adjustments, Expected: g.Expected, Position: position(e.Pos),
			}
			for _, other := range e.After {
				shown.After = append(shown.After, other.Path)
			}
			all = append(all, shown)
		}
		all = append(all, groupsIn(e.Children)...)
	}
	return all
}

func (s *invocation) printGroup(g shownGroup) {
	printable.Fprintf(s.stdout, "%s (supervisor, %s, defined at %s)\n", g.Path, g.Strategy, g.Position)
	printable.Fprintf(s.stdout, "  %-9s after repairs in more than %d of %d intervals of svctl supervise\n", "fails:", g.Adjustments, g.Window)
	if g.Expected != "" {
		printable.Fprintf(s.stdout, "  %-9s all its services are expected to be %s\n", "expected:", g.Expected)
	}
	if len(g.After) > 0 {
		printable.Fprintf(s.stdout, "  %-9s %s\n", "after:", strings.Join(g.After, " "))
	}
}

func (s *invocation) shown(service *servicedef.Service) shownService {
	shown := shownService{
		Path: service.Path, Kind: service.Kind(), Expected: service.Expected,
		Timeout: service.Timeout.Seconds(), PATH: service.SearchPath,
		Plans: make(map[servicedef.Action][]stepJSON),
	}
	if max := service.MaxRestarts; max.Within > 0 {
		shown.Restarts = fmt.Sprintf("%d/%g", max.Number, max.Within.Seconds())
	}
	for _, other := range service.After {
		shown.After = append(shown.After, other.Path)
	}
	shown.Position = position(service.Pos)
	for _, action := range plannedActions {
		for _, step := range s.steps(service, action) {
			shown.Plans[action] = append(shown.Plans[action], stepJSON{
				Kind: step.Kind, Action: step.Action, Argv: step.Argv, Path: step.Path, Timeout: step.Timeout.Seconds(),
				Signal: signalName(step),
			})
			if step.Kind == servicedef.Look || step.Kind == servicedef.Kill || step.Kind == servicedef.Signal && service.Kind() != servicedef.ByDaemon {
				shown.Words = service.Start
			}
		}
	}
	if service.Pattern != nil {
		shown.Pattern, shown.Words = service.Pattern.String(), nil
	}
	return shown
}

// steps returns the steps of an action. A restart is shown for a running service.
func (s *invocation) steps(service *servicedef.Service, action servicedef.Action) []servicedef.Step {
	switch action {
	case servicedef.Reload:
		if !service.HasReload() {
			return nil
		}
	case servicedef.Restart:
		running := control.Status{Code: lsb.Running}
		return control.Commands(control.Decide(action, running, service).Steps, service, s.control.Svloop)
	}
	return []servicedef.Step{service.Step(action, s.control.Svloop)}
}

// signalName returns the name of the signal of a step, "" if the step sends none.
func signalName(step servicedef.Step) string {
	if step.Signal == 0 {
		return ""
	}
	return proctree.SignalName(step.Signal)
}

func (s *invocation) printShown(shown shownService) {
	printable.Fprintf(s.stdout, "%s (%s, expected %s, defined at %s)\n", shown.Path, shown.Kind, shown.Expected, shown.Position)
	if text := strings.TrimPrefix(shown.text(), ", "); text != "" {
		printable.Fprintf(s.stdout, "  %-9s %s\n", "now:", text)
	}
	for _, action := range plannedActions {
		for i, step := range shown.Plans[action] {
			label := string(action) + ":"
			if i > 0 {
				label = "then:"
			}
			printable.Fprintf(s.stdout, "  %-9s %s\n", label, shown.line(step))
		}
	}
	if shown.PATH != "" {
		printable.Fprintf(s.stdout, "  %-9s PATH=%s\n", "with:", shown.PATH)
	}
	printable.Fprintf(s.stdout, "  %-9s %g seconds for each command\n", "timeout:", shown.Timeout)
	if shown.After != nil {
		printable.Fprintf(s.stdout, "  %-9s %s\n", "after:", strings.Join(shown.After, ", "))
	}
	if shown.Restarts != "" {
		number, seconds, _ := strings.Cut(shown.Restarts, "/")
		printable.Fprintf(s.stdout, "  %-9s more than %s restarts within %s seconds are a warning\n", "check:", number, seconds)
	}
}

func (shown shownService) line(step stepJSON) string {
	what := fmt.Sprintf("with the arguments %q", shown.Words)
	if shown.Pattern != "" {
		what = fmt.Sprintf("that match %q", shown.Pattern)
	}
	switch step.Kind {
	case servicedef.Look:
		return "search for processes " + what
	case servicedef.Signal:
		return fmt.Sprintf("send signal %s to the main process", step.Signal)
	case servicedef.Kill:
		return fmt.Sprintf("signal processes %s: TERM, then KILL after %g seconds", what, step.Timeout)
	}
	return shellquote.Show(step.Argv)
}
