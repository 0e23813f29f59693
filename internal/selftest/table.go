// Package selftest drives one service through the table of the Linux Standard
// Base: which action has to give which exit code in which state, and what state
// has to be there afterwards.
//
//	row:  bring into the state ─ action ─ code as expected? ─ state as expected?
//	        ▲                                                     │
//	        └──────────────────── next row ◄──────────────────────┘
//
// When the row before has left the state that the next one begins with, nothing
// is to be brought. When it cannot be brought the drive ends there.
//
// A service with a control command is driven by the words of that command, as
// they are: the actions of package control would hide its faults. All others are
// driven by those actions, and a daemon of svloop is killed on the way, as are the
// processes that came of a control command.
//
// A state is what the status action says. Only its own rows hold it to the exact
// code; elsewhere the question is whether the service runs, so that a fault of
// status is found once, and not in every row.
package selftest

import (
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// State is what a row begins and ends with.
type State string

// The states. Dead is what a killed instance leaves. In Restarting, svloop waits to
// start a program that has crashed; its code is that of Dead.
const (
	Stopped    State = "stopped"
	Running    State = "running"
	Restarting State = "restarting"
	Dead       State = "dead"
	Unknown    State = "unknown"
)

// StateOf is the state that a status code says.
func StateOf(code lsb.Status) State {
	switch code {
	case lsb.Running:
		return Running
	case lsb.DeadPIDFile, lsb.DeadLock:
		return Dead
	case lsb.NotRunning:
		return Stopped
	}
	return Unknown
}

// is takes what is dead for stopped: what is left of it is for the status row
// to find.
func (s State) is(want State) bool { return s == want || s == Dead && want == Stopped }

// Row is a row of the table.
type Row struct {
	Before State
	Action string
	Expect []int // the codes that are right
	After  State
}

// The actions beside those of package servicedef.
const (
	start       = string(servicedef.Start)
	stop        = string(servicedef.Stop)
	restart     = string(servicedef.Restart)
	status      = string(servicedef.Status)
	tryRestart  = "try-restart"
	reload      = "reload"
	forceReload = "force-reload"
	nonsense    = "no-such-action"
	kill        = "kill" // no row: it makes a running service a dead one
)

// What LSB Core 5.0 says in 22.2, "Init Script Actions", of the codes: these
// are successes, too: start of a running service, stop, restart and try-restart
// of a stopped one, and a force-reload that restarts. All must know start, stop,
// restart, force-reload and status; reload and try-restart are optional, for
// which there is "unimplemented". Of a stopped service try-restart starts
// nothing, nor does force-reload, which may say that nothing runs, nor reload,
// which has to say so. A word that is unknown is a wrong argument or
// unimplemented. A script without a pid file cannot tell a dead service from a
// stopped one.
var (
	success       = []int{int(lsb.Done)}
	optional      = []int{int(lsb.Done), int(lsb.Unimplemented)}
	nothingToLoad = []int{int(lsb.Done), int(lsb.NotActive)}
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

// daemonRows are those behind commandRows for a daemon.
var daemonRows = []Row{
	{Dead, status, isDead, Dead},
	{Dead, start, success, Running},
	{Running, status, isRunning, Running},
	{Dead, stop, success, Stopped},
	{Stopped, status, isStopped, Stopped},
}

// Rows returns the table for a kind of service.
func Rows(kind servicedef.Kind) []Row {
	switch kind {
	case servicedef.ByControl:
		return wordRows
	case servicedef.ByDaemon:
		return append(commandRows[:len(commandRows):len(commandRows)], daemonRows...)
	}
	return commandRows
}
