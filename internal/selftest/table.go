// Package selftest drives one service through the table of the Linux Standard
// Base: the exit code of each action in each state, and the state afterwards.
//
//	row:  bring into the state ─ action ─ code as expected? ─ state as expected?
//	        ▲                                                     │
//	        └──────────────────── next row ◄──────────────────────┘
//
// If the service is already in the first state of the next row, the first step
// is skipped. If it cannot be brought into that state, the run ends there.
//
// A service with a control command is driven by calling that command directly,
// because the actions of package control would hide its faults. Other services
// are driven by those actions. Between the rows, a daemon of svloop is killed,
// and so are the processes that a control command started.
//
// The status action reports the state. Only the rows of status check its exact
// code. The other rows check only whether the service runs, so that a fault of
// status is reported once, not in every row.
package selftest

import (
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// State is the state of a service before or after a row.
type State string

// The states. Dead is the state after an instance was killed. In Restarting,
// svloop waits before it restarts a program that has crashed; its status code
// is that of Dead.
const (
	Stopped    State = "stopped"
	Running    State = "running"
	Restarting State = "restarting"
	Dead       State = "dead"
	Unknown    State = "unknown"
)

// StateOf returns the state that a status code reports, see [pidfile.StateOf].
func StateOf(code lsb.Status) State {
	return State(pidfile.StateOf(code).String())
}

// is accepts dead for stopped, because the rows of status check the difference.
func (s State) is(want State) bool { return s == want || s == Dead && want == Stopped }

// Row is a row of the table.
type Row struct {
	Before State
	Action string
	Expect []int // the accepted codes
	After  State
}

// The actions.
const (
	start       = string(servicedef.Start)
	stop        = string(servicedef.Stop)
	restart     = string(servicedef.Restart)
	status      = string(servicedef.Status)
	tryRestart  = string(servicedef.TryRestart)
	reload      = string(servicedef.Reload)
	forceReload = string(servicedef.ForceReload)
	nonsense    = "no-such-action"
	kill        = "kill" // not in a row: it makes a running service dead
)

// LSB Core 5.0, section 22.2 "Init Script Actions", defines the codes. These
// succeed: start of a running service; stop, restart and try-restart of a
// stopped service; force-reload if it restarts. All scripts must implement
// start, stop, restart, force-reload and status. reload and try-restart may
// return "unimplemented". If the service is stopped, try-restart and
// force-reload do not start it, force-reload may return "not running", and
// reload must. An unknown action is a wrong argument or unimplemented. A script
// without a pid file cannot tell dead from stopped.
var (
	success       = []int{int(lsb.Done)}
	optional      = []int{int(lsb.Done), int(lsb.Unimplemented)}
	nothingToLoad = []int{int(lsb.Done), int(lsb.NotActive)}
	notRunning    = []int{int(lsb.NotActive)}
	cannotReload  = []int{int(lsb.Unimplemented), int(lsb.NotActive)}
	unknownWord   = []int{int(lsb.Usage), int(lsb.Unimplemented)}

	isRunning = []int{int(lsb.Running)}
	isDead    = []int{int(lsb.DeadPIDFile)}
	isStopped = []int{int(lsb.NotRunning)}
	runsNot   = []int{int(lsb.DeadPIDFile), int(lsb.DeadLock), int(lsb.NotRunning)}
)

var wordRows = []Row{
	{Stopped, status, isStopped, Stopped},
	{Stopped, start, success, Running},
	{Running, start, success, Running},
	{Running, status, isRunning, Running},
	{Running, restart, success, Running},
	{Running, tryRestart, optional, Running},
	{Running, reload, optional, Running},
	{Running, forceReload, success, Running},
	{Running, nonsense, unknownWord, Running},
	{Running, stop, success, Stopped},
	{Stopped, stop, success, Stopped},
	{Stopped, status, isStopped, Stopped},
	{Stopped, tryRestart, optional, Stopped},
	{Stopped, reload, cannotReload, Stopped},
	{Stopped, forceReload, nothingToLoad, Stopped},
	{Stopped, nonsense, unknownWord, Stopped},
	{Stopped, restart, success, Running},
	{Running, stop, success, Stopped},
	{Dead, status, runsNot, Dead},
	{Dead, start, success, Running},
	{Running, stop, success, Stopped},
}

var commandRows = []Row{
	{Stopped, status, isStopped, Stopped},
	{Stopped, stop, success, Stopped},
	{Stopped, start, success, Running},
	{Running, start, success, Running},
	{Running, status, isRunning, Running},
	{Running, restart, success, Running},
	{Running, stop, success, Stopped},
	{Stopped, status, isStopped, Stopped},
	{Stopped, restart, success, Running},
	{Running, stop, success, Stopped},
}

// The rows of a reload follow the restart of a running service and the stop of a stopped
// one, if the entry has a reload.
var (
	reloadRunning = []Row{{Running, reload, success, Running}, {Running, forceReload, success, Running}}
	reloadStopped = []Row{{Stopped, reload, notRunning, Stopped}, {Stopped, tryRestart, success, Stopped}}
)

// daemonRows follow commandRows if the service is a daemon.
var daemonRows = []Row{
	{Dead, status, isDead, Dead},
	{Dead, start, success, Running},
	{Running, status, isRunning, Running},
	{Dead, stop, success, Stopped},
	{Stopped, status, isStopped, Stopped},
}

// Rows returns the table for a service.
func Rows(s *servicedef.Service) []Row {
	if s.Kind() == servicedef.ByControl {
		return wordRows
	}
	var rows []Row
	for _, row := range commandRows {
		rows = append(rows, row)
		switch {
		case !s.HasReload():
		case row.Before == Running && row.Action == restart:
			rows = append(rows, reloadRunning...)
		case row.Before == Stopped && row.Action == stop:
			rows = append(rows, reloadStopped...)
		}
	}
	if s.Kind() == servicedef.ByDaemon {
		rows = append(rows, daemonRows...)
	}
	return rows
}
