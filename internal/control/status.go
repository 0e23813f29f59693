package control

import (
	"context"
	"fmt"
	"syscall"

	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

const (
	sigTERM = syscall.SIGTERM
	sigKILL = syscall.SIGKILL
)

// Status is the state of a service. Any code but 0 and 3 means dirty.
type Status struct {
	Code   lsb.Status
	State  pidfile.State
	Detail string          // for people
	PIDs   []int           // of its programs, if known
	Record *pidfile.Record // what its svloop publishes, nil if not known
	Err    error           // why the state of a daemon could not be determined: see [pidfile.Status]

	instance int // the pid of its svloop, if the state is that of a pid file, and 0 else
	Svloop   int // the pid of its svloop, 0 if there is none
}

// ofCode returns the state for the exit status of a status command.
func ofCode(code lsb.Status, detail string) Status {
	return Status{Code: code, State: pidfile.StateOf(code), Detail: detail}
}

// AsExpected reports whether a service with this status is in its expected state. A dirty
// service is in neither state.
func AsExpected(s *servicedef.Service, code lsb.Status) bool {
	if s.Expected == servicedef.Running {
		return code == lsb.Running
	}
	return code == lsb.NotRunning
}

// Dirty reports whether the service neither runs nor is stopped.
func (s Status) Dirty() bool { return s.Code != lsb.Running && s.Code != lsb.NotRunning }

// Status returns the state of a service. Services that are found in the process table
// share one reading of it until the next step of the run.
func (c *Controller) Status(ctx context.Context, s *servicedef.Service) Status {
	if s.InTable() {
		table, err := c.scan.current()
		return find(s, table, err)
	}
	return c.fresh(ctx, s)
}

// Expire makes the next [Controller.Status] read the process table again. A client that
// runs for long calls it before each look at the services.
func (c *Controller) Expire() { c.scan.expire() }

// fresh returns the state, with a new reading of the process table.
func (c *Controller) fresh(ctx context.Context, s *servicedef.Service) Status {
	if s.InTable() {
		table, err := c.scan.fresh()
		return find(s, table, err)
	}
	if s.Kind() == servicedef.ByDaemon && c.InProcess {
		return ofPidFile(s.Daemon)
	}
	step := s.Step(servicedef.Status, c.Svloop)
	r := c.run(ctx, s, step, func(string) {})
	switch {
	case r.Err != nil:
		return ofCode(lsb.Unknown, r.Err.Error())
	case r.TimedOut:
		return ofCode(lsb.Unknown, fmt.Sprintf("unknown: the status command was %s", r.Ended))
	}
	code := lsb.Status(r.Exit)
	if s.Kind() == servicedef.ByDaemon {
		return withRecord(s.Daemon, code)
	}
	return ofCode(code, Describe(code))
}

// withRecord adds the record that the instance publishes to the answer of another
// svloop, which may be simplevisor-loop. The record is preferred if that svloop knows
// only whether the instance is alive.
func withRecord(path string, code lsb.Status) Status {
	p := ofPidFile(path)
	switch {
	case code == lsb.Running && p.Code == code:
		s := ofCode(code, p.Detail)
		s.State, s.Record, s.Svloop = p.State, p.Record, p.Svloop
		return s
	case p.Code == code, code == lsb.Running && p.State == pidfile.Restarting:
		return p
	}
	return ofCode(code, Describe(code))
}

// ofPidFile returns what svloop --status reports. It never returns the pid of svloop
// in place of that of the program, which other users cannot read.
func ofPidFile(path string) Status { return ofProbe(pidfiles.Svloop.Probe(path)) }

func ofProbe(p pidfile.Status) Status {
	s := Status{Code: p.Code(), State: p.State, Detail: p.Reason, Record: p.Record(), Err: p.Err, instance: p.PID}
	if p.State.Alive() {
		s.Svloop = p.PID
	}
	switch {
	case p.State == pidfile.Stopped:
		s.Detail = Describe(s.Code)
	case s.Record != nil && s.Record.Program > 0:
		s.PIDs = []int{s.Record.Program}
	case p.Survivors != nil:
		s.PIDs = p.Survivors.Processes.PIDs()
	}
	return s
}

func find(s *servicedef.Service, table matching.Table, err error) Status {
	var found matching.Table
	if err == nil {
		found, err = table.Find(s.Matches)
	}
	if err != nil {
		return ofCode(lsb.Unknown, fmt.Sprintf("unknown: %v", err))
	}
	if len(found) == 0 {
		return ofCode(lsb.NotRunning, Describe(lsb.NotRunning))
	}
	status := ofCode(lsb.Running, Describe(lsb.Running))
	for _, p := range found {
		status.PIDs = append(status.PIDs, p.PID)
	}
	return status
}

// Describe returns the text for a status code.
func Describe(code lsb.Status) string {
	if code > lsb.Unknown || code < lsb.Running {
		return fmt.Sprintf("in state %d, which LSB does not define", code)
	}
	return code.String()
}

// Matches returns the processes that match the service now.
func (c *Controller) Matches(s *servicedef.Service) (matching.Table, error) {
	table, err := c.scan.current()
	if err != nil {
		return nil, err
	}
	return table.Find(s.Matches)
}
