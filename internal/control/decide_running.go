package control

import (
	"fmt"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// The plans of the actions that need a running service. None of them starts a service
// that is stopped.
//
//	               running   starting      restarting  dead      stopped   unknown
//	reload         reload    ready, reload 7           7         7         1
//	force-reload   reload    ready, reload 7           7         7         1
//	 (no reload)   restart   restart       restart     7         7         1
//	try-restart    restart   restart       restart     0         0         1
//	signal         signal    signal        7           7         7         1

// decideReload returns the plan of a reload. A service with a signal that is between two
// runs reads its configuration at the next run.
func decideReload(action servicedef.Action, status Status, s *servicedef.Service) Plan {
	has := s.HasReload()
	switch {
	case !has && action == servicedef.Reload:
		return Plan{Code: lsb.Unimplemented, Text: "cannot reload: " + noReload}
	case !has && supervised(status):
		return decideRestart(status, s)
	case status.Code != lsb.Running:
		return missing("reload", status)
	case !has:
		return decideRestart(status, s)
	case s.ReloadSignal != 0 && stopping(status):
		return Plan{Code: lsb.NotActive, Text: "cannot reload: it is being stopped"}
	case s.ReloadSignal != 0 && betweenRuns(status):
		return Plan{Text: "not reloaded: it is between two runs, and the next one reads the configuration"}
	}
	p := Plan{Steps: []Step{{Kind: Reload}}}
	if status.State == pidfile.Starting {
		p.Steps = []Step{{Kind: Ready}, {Kind: Reload}}
	}
	if action == servicedef.ForceReload && mayLackReload(s) {
		p.Instead = decideRestart(status, s).Steps
	}
	return p
}

// noReload is why a service cannot be reloaded.
const noReload = "the entry has no reload"

// decideTry returns the plan of a restart, or of its first half, for a service that runs.
func decideTry(action servicedef.Action, status Status, s *servicedef.Service) Plan {
	switch {
	case status.Code == lsb.Running || supervised(status):
	case unclear(status):
		return missing("restart", status)
	default:
		return Plan{Text: "not running"}
	}
	if action == servicedef.TryStop {
		return decideStop(status)
	}
	return decideRestart(status, s)
}

func decideSignal(status Status, s *servicedef.Service) Plan {
	switch {
	case !s.HasProgram():
		return Plan{Code: lsb.Unimplemented, Text: "cannot signal: its main process is not known, because commands drive it"}
	case status.Code != lsb.Running:
		return missing("signal", status)
	case betweenRuns(status):
		return Plan{Code: lsb.NotActive, Text: "cannot signal: it is between two runs"}
	}
	return Plan{Steps: []Step{{Kind: Signal}}}
}

// missing returns the plan without steps for a service that does not run, or whose state
// is not known.
func missing(verb string, status Status) Plan {
	o := notRunning(verb, status)
	return Plan{Code: o.Code, Text: o.Text}
}

func notRunning(verb string, status Status) Outcome {
	o := Outcome{Code: lsb.NotActive, Text: fmt.Sprintf("cannot %s: it is %s", verb, status.Detail)}
	if unclear(status) {
		o.Code = lsb.Failed
	}
	return o
}

// unclear reports whether the service may run.
func unclear(status Status) bool {
	return status.Dirty() && status.Code != lsb.DeadPIDFile && status.Code != lsb.DeadLock
}

// supervised reports whether svloop is alive, and its program is not.
func supervised(status Status) bool { return status.State == pidfile.Restarting }

func betweenRuns(status Status) bool {
	r := status.Record
	return r != nil && r.Program == 0 && status.State == pidfile.Running
}

func stopping(status Status) bool { return status.Record != nil && status.Record.Stopping }

// mayLackReload reports whether a control command reloads the service. LSB makes the word
// "reload" optional.
func mayLackReload(s *servicedef.Service) bool {
	return s.Control != nil && s.Reload == nil
}
