package control

import (
	"errors"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// instance is one svloop of a daemon service, from its start to its exit. A handle
// keeps it apart from a later process with the same pid.
type instance struct {
	pid    int
	handle *proctree.Handle
	gone   bool // it had exited before there was a handle
	seen   *pidfile.Seen

	lastExit string // how its program ended, as svloop published it
	looks    int    // how often it was looked at
}

// instanceOf returns the instance that the pid file of a service names now. The
// zero instance is one that is not known.
func (c *Controller) instanceOf(s *servicedef.Service) instance {
	if s.Kind() != servicedef.ByDaemon {
		return instance{}
	}
	found := pidfile.Probe(s.Daemon)
	if found.PID > 0 {
		return newInstance(found.PID)
	}
	// $SVLOOP may be a program that has its pid file elsewhere.
	return instance{gone: c.InProcess && found.Code() == lsb.NotRunning}
}

// newInstance returns the instance with this pid. Without a handle, for lack of
// descriptors, it is not known.
func newInstance(pid int) instance {
	handle, err := proctree.Open(pid)
	return instance{pid: pid, handle: handle, gone: errors.Is(err, proctree.ErrGone)}
}

// exited reports whether the instance is known to have exited.
func (i *instance) exited() bool { return i.gone || i.handle != nil && i.handle.Exited() }

// see opens the pid file of the instance, if it is still there.
func (i *instance) see(path string) {
	seen, err := pidfile.See(path)
	if err != nil {
		return
	}
	if c, err := seen.Content(); err != nil || c.PID != i.pid {
		seen.Close()
		return
	}
	i.seen = seen
}

// asked reports whether somebody has asked the instance to exit. It is known only
// when its pid file was seen before.
func (i *instance) asked() (asked, known bool) {
	if i.seen == nil {
		return false, false
	}
	c, err := i.seen.Content()
	return err == nil && c.PID == i.pid && c.Request == pidfile.Quit, true
}

// runsProgram reports whether the instance has its program, and is not about to
// exit because that has ended. Most programs that cannot run exit before they wait
// for anything, so one that has not is given a moment.
func (i *instance) runsProgram(path string) bool {
	found := pidfile.Probe(path)
	switch found.PID {
	case i.pid:
	case 0:
		return false
	default:
		return true // it is another's
	}
	i.looks++
	late := i.looks > maxLooks
	record := found.Record()
	if record == nil { // one that exits has none any more
		return late
	}
	i.lastExit = record.LastExit
	switch {
	case record.Stopping:
		return false
	case record.Program == 0: // between two runs there is none for a while
		return late
	}
	program := newInstance(record.Program)
	defer program.close()
	if program.handle == nil {
		return !program.gone
	}
	return !program.exited() && (late || program.handle.State == 'S' || program.handle.Stopped())
}

// maxLooks is how often an instance is looked at before it counts as running in any
// case: 150 ms.
const maxLooks = 4

func (i *instance) close() {
	if i.handle != nil {
		i.handle.Close()
	}
	if i.seen != nil {
		i.seen.Close()
	}
}
