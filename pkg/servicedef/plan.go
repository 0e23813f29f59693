package servicedef

import "time"

// Action is what can be done to a service.
type Action string

// The actions that have a plan.
const (
	Start   Action = "start"
	Stop    Action = "stop"
	Restart Action = "restart"
	Status  Action = "status"
)

// StepKind says what a step does.
type StepKind string

// The kinds of steps.
const (
	Run  StepKind = "run"  // run Argv
	Look StepKind = "look" // look for the service in the process table
	Kill StepKind = "kill" // end what is found there: TERM, then KILL after Timeout
)

// Step is one thing to do.
type Step struct {
	Kind    StepKind
	Action  Action // of which it is the plan, or a part: restart has stop and start
	Argv    []string
	Path    string // PATH for the command; "" leaves it as it is
	Timeout time.Duration
}

// Plan is what an entry defines for an action, in this order.
type Plan []Step

// Plan returns what the entry defines for an action, whatever the state of the
// service is. svloop is the path of the svloop that runs daemon services.
func (s *Service) Plan(action Action, svloop string) Plan {
	switch action {
	case Start:
		return Plan{s.run(Start, s.startCommand(svloop))}
	case Stop:
		if command := s.stopCommand(svloop); command != nil {
			return Plan{s.run(Stop, command)}
		}
		return Plan{{Kind: Kill, Action: Stop, Timeout: s.Timeout}}
	case Status:
		if command := s.statusCommand(svloop); command != nil {
			return Plan{s.run(Status, command)}
		}
		return Plan{{Kind: Look, Action: Status}}
	}
	switch {
	case !s.HasRestart():
		return append(s.Plan(Stop, svloop), s.Plan(Start, svloop)...)
	case s.Restart != nil:
		return Plan{s.run(Restart, s.Restart)}
	}
	return Plan{s.run(Restart, s.control("restart"))}
}

// HasRestart reports whether one command restarts the service. Any other service is
// stopped, and then started.
func (s *Service) HasRestart() bool {
	return s.Restart != nil || s.Control != nil && !s.StopThenStart
}

func (s *Service) run(action Action, argv []string) Step {
	return Step{Kind: Run, Action: action, Argv: argv, Path: s.SearchPath, Timeout: s.Timeout}
}

func (s *Service) startCommand(svloop string) []string {
	switch {
	case s.Control != nil && s.Start == nil:
		return s.control("start")
	case s.Kind() == ByDaemon:
		argv := []string{svloop, "-c", "1", "--pidfile", s.Daemon}
		argv = append(argv, s.DaemonOptions...)
		return append(append(argv, "--daemon"), s.Start...)
	}
	return s.Start
}

func (s *Service) stopCommand(svloop string) []string {
	switch s.Kind() {
	case ByControl:
		return s.control("stop")
	case ByDaemon:
		return []string{svloop, "--pidfile", s.Daemon, "--quit"}
	}
	return s.Stop
}

func (s *Service) statusCommand(svloop string) []string {
	switch s.Kind() {
	case ByControl:
		return s.control("status")
	case ByDaemon:
		return []string{svloop, "--pidfile", s.Daemon, "--status"}
	}
	return s.Status
}

func (s *Service) control(word string) []string {
	return append(s.Control[:len(s.Control):len(s.Control)], word)
}
