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

// Status is the state of a service. Any code but 0 and 3 means that it is
// dirty.
type Status struct {
	Code   lsb.Status
	State  pidfile.State
	Detail string          // in words
	PIDs   []int           // of its programs, where they are known
	Record *pidfile.Record // what its svloop publishes, nil when that is not known
}

// ofCode is the state that a status command reports.
func ofCode(code lsb.Status, detail string) Status {
	return Status{Code: code, State: pidfile.StateOf(code), Detail: detail}
}

// Dirty reports whether the service neither runs nor is stopped.
func (s Status) Dirty() bool { return s.Code != lsb.Running && s.Code != lsb.NotRunning }

// Status finds the state of a service. Services that are looked for in the process
// table share one reading of it, until a step of the run is taken.
func (c *Controller) Status(ctx context.Context, s *servicedef.Service) Status {
	if s.InTable() {
		table, err := c.scan.current()
		return find(s, table, err)
	}
	return c.fresh(ctx, s)
}

// fresh finds the state after something was done.
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

// withRecord adds to the answer of another svloop, perhaps simplevisor-loop, what
// the instance itself publishes. Where that svloop knows only whether the instance
// lives, the instance knows better.
func withRecord(path string, code lsb.Status) Status {
	p := ofPidFile(path)
	switch {
	case code == lsb.Running && p.Code == code:
		s := ofCode(code, p.Detail)
		s.State, s.Record = p.State, p.Record
		return s
	case p.Code == code, code == lsb.Running && p.State == pidfile.Restarting:
		return p
	}
	return ofCode(code, Describe(code))
}

// ofPidFile is what svloop --status says. The pid of svloop never stands for that
// of its program, which is not known to other users.
func ofPidFile(path string) Status {
	p := pidfiles.Svloop.Probe(path)
	s := Status{Code: p.Code(), State: p.State, Detail: p.Reason, Record: p.Record()}
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

// Describe says a status code in words.
func Describe(code lsb.Status) string {
	if code > lsb.Unknown || code < lsb.Running {
		return fmt.Sprintf("in state %d, which LSB does not define", code)
	}
	return code.String()
}

// Matches returns the processes in which the service is found now.
func (c *Controller) Matches(s *servicedef.Service) (matching.Table, error) {
	table, err := c.scan.current()
	if err != nil {
		return nil, err
	}
	return table.Find(s.Matches)
}
