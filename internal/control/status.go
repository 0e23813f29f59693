package control

import (
	"context"
	"fmt"
	"syscall"

	"github.com/svloop/svloop/internal/processes"
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
	Detail string // in words
	PIDs   []int  // of its programs, where they are known
}

// Dirty reports whether the service neither runs nor is stopped.
func (s Status) Dirty() bool { return s.Code != lsb.Running && s.Code != lsb.NotRunning }

// Status finds the state of a service. All services of a run that are looked
// for in the process table share one reading of it.
func (c *Controller) Status(ctx context.Context, s *servicedef.Service) Status {
	if s.InTable() {
		c.scan.Do(func() { c.table, c.err = processes.Read() })
		return find(s, c.table, c.err)
	}
	return c.fresh(ctx, s)
}

// fresh finds the state after something was done.
func (c *Controller) fresh(ctx context.Context, s *servicedef.Service) Status {
	if s.InTable() {
		table, err := processes.Read()
		return find(s, table, err)
	}
	if s.Kind() == servicedef.ByDaemon && c.InProcess {
		return ofPidFile(s.Daemon)
	}
	step := s.Plan(servicedef.Status, c.Svloop)[0]
	r := c.run(ctx, s, step)
	switch {
	case r.Err != nil:
		return Status{Code: lsb.Unknown, Detail: r.Err.Error()}
	case r.TimedOut:
		return Status{Code: lsb.Unknown, Detail: fmt.Sprintf("unknown: the status command was %s", r.Ended)}
	}
	code := lsb.Status(r.Exit)
	return Status{Code: code, Detail: Describe(code)}
}

// ofPidFile is what svloop --status says.
func ofPidFile(path string) Status {
	p := pidfile.Probe(path)
	s := Status{Code: p.Code, Detail: p.Reason}
	switch {
	case p.Code == lsb.NotRunning:
		s.Detail = Describe(p.Code)
	case p.Code == lsb.Running:
		s.PIDs = []int{p.PID}
		if r := p.Record(); r != nil && r.Program > 0 {
			s.PIDs = []int{r.Program}
		}
	case p.Survivors != nil:
		s.PIDs = p.Survivors.Processes.PIDs()
	}
	return s
}

func find(s *servicedef.Service, table processes.Table, err error) Status {
	var found processes.Table
	if err == nil {
		found, err = table.Find(s.Matches)
	}
	if err != nil {
		return Status{Code: lsb.Unknown, Detail: fmt.Sprintf("unknown: %v", err)}
	}
	if len(found) == 0 {
		return Status{Code: lsb.NotRunning, Detail: Describe(lsb.NotRunning)}
	}
	status := Status{Code: lsb.Running, Detail: Describe(lsb.Running)}
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
func (c *Controller) Matches(s *servicedef.Service) (processes.Table, error) {
	c.scan.Do(func() { c.table, c.err = processes.Read() })
	if c.err != nil {
		return nil, c.err
	}
	return c.table.Find(s.Matches)
}
