//go:build linux

package pidfile

import "github.com/svloop/svloop/pkg/lsb"

// State is the state of an instance and its program.
type State int

// The states. If the caller may not see the program of a living instance, the
// state is Running.
const (
	Stopped    State = iota // there is no pid file
	Running                 // the program runs and is ready, or the loop sleeps after a successful run
	Starting                // the program runs and is not ready yet
	Restarting              // no program runs: the last run failed, and the instance waits before the next attempt
	Dead                    // the instance has exited and its pid file exists
	Failed                  // not running: the instance gave up restarting the program, see [File.GiveUp]
	Stuck                   // the instance exists and gives no sign of life for longer than [Freshness]
	Unknown                 // the state cannot be determined
)

// String returns the state in one word.
func (s State) String() string {
	switch s {
	case Stopped:
		return "stopped"
	case Running:
		return "running"
	case Starting:
		return "starting"
	case Restarting:
		return "restarting"
	case Dead:
		return "dead"
	case Failed:
		return "failed"
	case Stuck:
		return "stuck"
	default:
		return "unknown"
	}
}

// LSB returns the exit status for the state. Only LSB and [StateOf] map between
// them.
func (s State) LSB() lsb.Status {
	switch s {
	case Running, Starting:
		return lsb.Running
	case Restarting, Dead:
		return lsb.DeadPIDFile
	case Stopped, Failed:
		return lsb.NotRunning
	default:
		return lsb.Unknown
	}
}

// StateOf returns the state for an exit status of a status command.
func StateOf(code lsb.Status) State {
	switch code {
	case lsb.Running:
		return Running
	case lsb.DeadPIDFile, lsb.DeadLock:
		return Dead
	case lsb.NotRunning:
		return Stopped
	default:
		return Unknown
	}
}

// Alive reports whether an instance is proven to be alive and responsive, with or
// without a running program.
func (s State) Alive() bool { return s == Running || s == Starting || s == Restarting }
