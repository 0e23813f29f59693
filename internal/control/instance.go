package control

import (
	"context"
	"errors"

	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// instance is one svloop of a daemon service, from its start to its exit. The handle
// distinguishes it from a later process with the same pid.
type instance struct {
	pid    int
	handle *proctree.Handle
	gone   bool // the process had exited before it could be opened
	seen   *pidfile.Seen

	lastExit string // how its program exited, as svloop published it
	ended    string // how svloop exited, "" if not known
	failed   bool   // svloop exited with a status other than 0, so it was not asked to quit
}

// instanceOf returns the instance that the pid file of a service names now, or the
// zero instance if it is not known, and what the pid file says.
func (c *Controller) instanceOf(s *servicedef.Service) (instance, pidfile.Status) {
	if s.Kind() != servicedef.ByDaemon {
		return instance{}, pidfile.Status{}
	}
	found := pidfiles.Svloop.Probe(s.Daemon)
	if found.PID > 0 {
		return newInstance(found.PID), found
	}
	// $SVLOOP may be a program with a pid file elsewhere.
	return instance{gone: c.InProcess && found.Code() == lsb.NotRunning}, found
}

// lookAt returns the state of a service and the instance that the state belongs to,
// or an older one. If another client has just stopped that instance, the pid file is
// missing for a moment, and then names the next instance. The wait is useless only if
// $SVLOOP keeps its pid file elsewhere.
func (c *Controller) lookAt(ctx context.Context, s *servicedef.Service) (now Status, i instance) {
	i, found := c.instanceOf(s)
	if c.InProcess && found.State == pidfile.Dead && i.hasExited() {
		// That instance was dead before its survivors were searched for, and it is dead
		// now: a second search would find the same.
		return ofProbe(found), i
	}
	now = c.Status(ctx, s)
	for look := firstLook; look <= anotherLook && s.Kind() == servicedef.ByDaemon && now.Code == lsb.Running && !i.known(); look *= 2 {
		if i, _ = c.instanceOf(s); !i.known() && poll.Sleep(ctx, look) != nil {
			break
		}
	}
	return now, i
}

// anotherLook is the last pause between two looks for the next instance. All pauses
// together take 70 ms.
const anotherLook = 4 * firstLook

// known reports whether the instance is distinguished from other processes.
func (i *instance) known() bool { return i.gone || i.handle != nil }

// newInstance returns the instance with this pid. The instance is not known if it
// cannot be opened, for example for lack of descriptors.
func newInstance(pid int) instance {
	handle, err := proctree.Open(pid)
	return instance{pid: pid, handle: handle, gone: errors.Is(err, proctree.ErrGone)}
}

// hasExited reports whether the instance is known to have exited.
func (i *instance) hasExited() bool { return i.gone || i.handle != nil && i.handle.Exited() }

// exited reports the same, and how the instance exited if this process is its parent.
func (i *instance) exited() bool {
	if !i.hasExited() {
		return false
	}
	if i.pid > 0 && i.ended == "" {
		if ended, code, known := reap(i.pid); known {
			i.ended, i.failed = ended, code != 0
		}
	}
	return true
}

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

// asked reports whether a client has asked the instance to quit. This is known only
// if see opened its pid file before.
func (i *instance) asked() (asked, known bool) {
	if i.seen == nil {
		return false, false
	}
	c, err := i.seen.Content()
	return err == nil && c.PID == i.pid && c.Request == pidfile.Quit, true
}

func (i *instance) close() {
	if i.handle != nil {
		i.handle.Close()
	}
	if i.seen != nil {
		i.seen.Close()
	}
}
