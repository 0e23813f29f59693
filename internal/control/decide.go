package control

import (
	"slices"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Plan is the list of steps that an action takes for a service. A plan without steps
// changes nothing. Text is the reason, and Code is 0 if there is nothing to do.
type Plan struct {
	Steps []Step
	Text  string
	Code  lsb.Action

	// Instead replaces the steps of a restart or a forced reload if the control command
	// does not implement the word "restart" or "reload".
	Instead []Step
}

// Changes reports whether the plan changes the state of the service, if no step fails.
func (p Plan) Changes() bool {
	return slices.ContainsFunc(p.Steps, func(step Step) bool { return step.Kind != Forget && step.Kind != Wait })
}

// Step is one step of a plan.
type Step struct {
	Kind StepKind

	// Unproven is set for a start in a state that may hide a running service. If the
	// start command fails then, a running service afterwards does not prove that the
	// start succeeded.
	Unproven bool
}

// StepKind is the kind of a step.
type StepKind string

// The kinds of steps.
const (
	CleanUp StepKind = "clean up" // stop the remaining processes of a dirty service
	Forget  StepKind = "forget"   // have svloop remove the file that says why it gave up
	Stop    StepKind = "stop"     // stop the service, and wait until it is stopped
	Wait    StepKind = "wait"     // wait for the start by another client
	Start   StepKind = "start"    // start the service, and wait until it runs
	Restart StepKind = "restart"  // run the restart command, and wait until the service runs
	Ready   StepKind = "ready"    // wait until a service that is starting is ready
	Reload  StepKind = "reload"   // run the reload command or send the signal
	Signal  StepKind = "signal"   // send the signal that the user names
)

// Action returns the action whose command in the entry the step runs, "" for none.
func (k StepKind) Action() servicedef.Action {
	switch k {
	case Wait, Ready:
		return ""
	case Reload:
		return servicedef.Reload
	case Start:
		return servicedef.Start
	case Restart:
		return servicedef.Restart
	default:
		return servicedef.Stop
	}
}

// Commands returns the commands of the steps, in order. svloop is the path of svloop.
func Commands(steps []Step, s *servicedef.Service, svloop string) []servicedef.Step {
	var all []servicedef.Step
	for _, step := range steps {
		if step.Kind == Signal {
			all = append(all, servicedef.Step{Kind: servicedef.Signal, Action: servicedef.SendSignal})
		} else if action := step.Kind.Action(); action != "" {
			all = append(all, s.Step(action, svloop))
		}
	}
	return all
}

const (
	alreadyRunning = "already running"
	alreadyStopped = "already stopped"
)

// Decide returns the plan of an action for a service in a state. It is the only place
// that decides: the actions of [Controller] execute the plan, and svctl --dry-run
// prints it.
func Decide(action servicedef.Action, status Status, s *servicedef.Service) Plan {
	switch action {
	case servicedef.Start:
		return decideStart(status)
	case servicedef.Stop:
		return decideStop(status)
	case servicedef.Restart:
		return decideRestart(status, s)
	case servicedef.TryRestart, servicedef.TryStop:
		return decideTry(action, status, s)
	case servicedef.Reload, servicedef.ForceReload:
		return decideReload(action, status, s)
	case servicedef.SendSignal:
		return decideSignal(status, s)
	}
	return Plan{}
}

func decideStart(status Status) Plan {
	switch {
	case status.State == pidfile.Starting:
		return Plan{Steps: []Step{{Kind: Wait}}}
	case status.Code == lsb.Running:
		return Plan{Text: alreadyRunning}
	case status.Code == lsb.DeadPIDFile, status.Code == lsb.DeadLock:
		return Plan{Steps: []Step{{Kind: CleanUp}, {Kind: Start}}}
	case status.Dirty():
		return Plan{Steps: []Step{{Kind: CleanUp}, {Kind: Start, Unproven: true}}}
	}
	return Plan{Steps: []Step{{Kind: Start}}}
}

func decideStop(status Status) Plan {
	switch {
	case status.State == pidfile.Failed:
		return Plan{Steps: []Step{{Kind: Forget}}}
	case status.Code == lsb.NotRunning:
		return Plan{Text: alreadyStopped}
	}
	return Plan{Steps: []Step{{Kind: Stop}}}
}

func decideRestart(status Status, s *servicedef.Service) Plan {
	stopAndStart := append(decideStop(status).Steps, Step{Kind: Start})
	switch {
	case !s.HasRestart():
		return Plan{Steps: stopAndStart}
	case mayLackRestart(s):
		return Plan{Steps: []Step{{Kind: Restart}}, Instead: stopAndStart}
	}
	return Plan{Steps: []Step{{Kind: Restart}}}
}

// mayLackRestart reports whether a control command restarts the service. LSB requires
// the word "restart", but many scripts do not implement it.
func mayLackRestart(s *servicedef.Service) bool {
	return s.Control != nil && s.Restart == nil && s.HasRestart()
}
