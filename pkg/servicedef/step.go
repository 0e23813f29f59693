package servicedef

import (
	"syscall"
	"time"
)

// Action is an action on a service.
type Action string

// The actions.
const (
	Start   Action = "start"
	Stop    Action = "stop"
	Restart Action = "restart"
	Status  Action = "status"
	Reload  Action = "reload" // have the service read its configuration again

	// ForceReload is a reload, or a restart of a service that has none.
	ForceReload Action = "force-reload"
	// TryRestart is a restart of a service that runs.
	TryRestart Action = "try-restart"
	// TryStop is the first half of a TryRestart: the stop of a service that runs.
	TryStop Action = "try-stop"
	// SendSignal sends a signal to the main process.
	SendSignal Action = "signal"
)

// StepKind is the kind of a step.
type StepKind string

// The kinds of steps.
const (
	Run  StepKind = "run"  // run Argv
	Look StepKind = "look" // search the process table for the service
	Kill StepKind = "kill" // terminate the matches: TERM, then KILL after Timeout

	Signal StepKind = "signal" // send Signal to the main process
)

// Step is what the entry defines for one action.
type Step struct {
	Kind    StepKind
	Action  Action
	Argv    []string
	Path    string // PATH for the command; "" does not change it
	Signal  syscall.Signal
	Timeout time.Duration
}

// Step returns what the entry defines for an action, independent of the state of the
// service. A restart without a command, see [Service.HasRestart], has the zero Step, and
// so has the reload of a service without one, see [Service.HasReload].
//
// The commands of a service with a daemon key are command lines of svloop, because
// the key means a pid file of svloop. The argument is the path of svloop, "svloop" to
// search PATH. Other services do not depend on it.
func (s *Service) Step(action Action, svloop string) Step {
	switch action {
	case Start:
		return s.run(Start, s.startCommand(svloop))
	case Stop:
		if command := s.stopCommand(svloop); command != nil {
			return s.run(Stop, command)
		}
		return Step{Kind: Kill, Action: Stop, Timeout: s.Timeout}
	case Status:
		if command := s.statusCommand(svloop); command != nil {
			return s.run(Status, command)
		}
		return Step{Kind: Look, Action: Status}
	case Reload:
		return s.reloadStep()
	}
	switch {
	case !s.HasRestart():
		return Step{}
	case s.Restart != nil:
		return s.run(Restart, s.Restart)
	}
	return s.run(Restart, s.control("restart"))
}

// HasRestart reports whether one command restarts the service. Any other service
// is stopped and then started.
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
		return append(append(s.SvloopCommand(svloop), "--daemon"), s.Start...)
	}
	return s.Start
}

// SvloopCommand returns the words of svloop for a daemon service, up to its options.
// The start command follows, behind --daemon where svloop is to detach.
func (s *Service) SvloopCommand(svloop string) []string {
	return append([]string{svloop, "-c", "1", "--pidfile", s.Daemon}, s.SvloopOptions()...)
}

// SvloopOptions returns the options of svloop for a daemon service, beside those of its
// pid file: for its output, then DaemonOptions.
func (s *Service) SvloopOptions() []string {
	if s.Output == "" && s.Rotate == "" && !s.Timestamps {
		return s.DaemonOptions
	}
	var options []string
	if s.Output != "" {
		options = append(options, "--stdout", s.Output, "--stderr", s.Output)
	}
	if s.Rotate != "" {
		options = append(options, "--rotate", s.Rotate)
	}
	if s.Timestamps {
		options = append(options, "--timestamps")
	}
	return append(options, s.DaemonOptions...)
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
