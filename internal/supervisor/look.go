package supervisor

import (
	"context"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// observation is the result of a look.
type observation struct {
	status control.Status
	fd     int // a pidfd of a process of the service, -1: none
	held   bool
	hold   servicelock.Hold
}

// look finds the state of a service, and opens a pidfd of the process whose exit changes
// the state. It is called outside of the loop.
//
// A service that is not as expected while another svctl acts on it is looked at when that
// has finished: a restart by hand needs no repair.
func (s *supervisor) look(ctx context.Context, services Services, u *unit) observation {
	got := s.glance(ctx, services, u)
	if got.held || s.Locks == nil || control.AsExpected(u.Service, got.status.Code) {
		return got
	}
	if waited := s.Locks.Await(s.starts, u.id, u.Timeout); !waited {
		return got
	}
	if got.fd >= 0 {
		closeFD(got.fd)
	}
	services.Expire() // what that process did is newer than the process table
	return s.glance(ctx, services, u)
}

// glance is a look at the state at this moment.
func (s *supervisor) glance(ctx context.Context, services Services, u *unit) observation {
	got := observation{status: services.Status(ctx, u.Service), fd: -1}
	for range 3 {
		pid := watchable(got.status)
		if pid == 0 {
			break
		}
		fd, err := openPidfd(pid)
		if err != nil {
			break // for lack of descriptors: the next cycle looks again
		}
		// The process has to be that of the service after the pidfd was opened, so that
		// the pid was not reused in between.
		if u.InTable() && stillMatches(u.Service, pid, fd) {
			got.fd = fd
			break
		}
		if u.InTable() {
			services.Expire() // the table was read before
		}
		again := services.Status(ctx, u.Service)
		if !u.InTable() && watchable(again) == pid {
			got.fd = fd
			break
		}
		closeFD(fd)
		got.status = again
	}
	if !control.AsExpected(u.Service, got.status.Code) && s.Locks != nil {
		hold, held := s.Locks.Held(u.id)
		got.hold, got.held = hold, held && hold.Against(u.Expected)
	}
	return got
}

// stillMatches reports whether the process of a pidfd matches a service that is found in the
// process table. The table is shared, and may be older than the pidfd; the process is not
// read if it has exited, so its arguments are those of the pidfd's process.
func stillMatches(service *servicedef.Service, pid, fd int) bool {
	args, err := proctree.Args(pid)
	if err != nil {
		return false
	}
	matches, err := service.Matches(args)
	return err == nil && matches && !hasExited(fd)
}

// watchable returns the process whose exit changes the state: svloop, or one of the
// processes that match. The service runs as long as that process does.
func watchable(status control.Status) int {
	switch {
	case status.Svloop > 0:
		return status.Svloop
	case status.Code == lsb.Running && len(status.PIDs) > 0:
		return status.PIDs[0]
	}
	return 0
}

// stateOf returns the state for the policy. A pid file or a process table that cannot be
// read says nothing about the service; a status command always does. Nothing can be done
// about a dead daemon either, if what it has left cannot be searched for.
func stateOf(service *servicedef.Service, status control.Status) supervision.State {
	switch {
	case status.Err != nil:
		return supervision.Unknown
	case status.State == pidfile.Restarting:
		return supervision.Recovering
	case status.Code == lsb.Running:
		return supervision.Running
	case status.Code == lsb.NotRunning:
		return supervision.Stopped
	case status.Code == lsb.Unknown && (service.Kind() == servicedef.ByDaemon || service.InTable()):
		return supervision.Unknown
	}
	return supervision.Dirty
}

// knows reports whether the state is still that of the last look: the watched svloop has
// not exited, and touches its pid file, or there is still none.
func (u *unit) knows(now time.Time) bool {
	switch {
	case u.known && u.fresh:
		return true
	case !u.known || u.held:
		return false
	case u.path != nil:
		at, found := touched(u.path)
		if u.fd < 0 {
			return !found && u.seen == supervision.Stopped
		}
		return found && now.Sub(at) < pidfile.Freshness && u.seen == supervision.Running
	}
	return false
}
