// Package supervisor is svctl supervise at work: it carries out what package
// supervision decides, and reports to it what happens.
//
//	Run ─┬─ claim                 pid file                        supervisor.go
//	     ├─ load the store                                        store.go
//	     └─ loop                                                  loop.go
//	          ├─ wait             processes, timer, wakeups       watch_linux.go
//	          ├─ handle           requests and signals            request.go
//	          ├─ look             states ─► supervision.Tree      look.go
//	          └─ execute          orders ◄─ supervision.Tree      execute.go
//
// One goroutine, the loop, owns all state. Other goroutines carry out one order each,
// listen to the pid file and to signals, and post functions to the loop. There is no
// goroutine for a service that runs: the loop waits for the exit of its process, or asks
// for its state at each interval.
package supervisor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Config is what a supervisor needs.
type Config struct {
	Entries  []*servicedef.Entry
	Interval time.Duration // between two cycles
	// EachCycle leaves all repairs but the first to the next cycle, as simplevisor does.
	EachCycle bool
	PidFile   string // "": none, so no requests
	Store     string // "": none
	AnyStore  bool   // accept the store of another configuration, and replace it
	Once      bool   // end after the first cycle, and leave the services as they are

	Services Services
	// Daemons is set if the state of daemon services is read from their pid files, so
	// that a watched daemon needs no look.
	Daemons  bool
	Locks    *servicelock.Directory // nil: no locks
	Identify func(*servicedef.Service) servicelock.Identity
	// Name is the path of the configuration, and Sole is what its only supervisor locks.
	Name string
	Sole servicelock.Identity

	// Load reads the configuration again, for a reload.
	Load func() ([]*servicedef.Entry, Services, error)
	// Ready is called once after the first cycle, with the services that are not as
	// expected. An error ends the supervisor, which leaves the services as they are.
	Ready func(wrong []string) error
	Log   Log
}

// Services looks at services and acts on them. It is a [control.Controller].
type Services interface {
	Status(context.Context, *servicedef.Service) control.Status
	Start(context.Context, *servicedef.Service) control.Outcome
	Stop(context.Context, *servicedef.Service) control.Outcome
	Restart(context.Context, *servicedef.Service) control.Outcome
	Expire()
}

// Log receives messages.
type Log interface {
	control.Log
	Error(format string, args ...any)
}

// ErrGaveUp is returned if the root group needed too many repairs. All services are
// stopped then.
var ErrGaveUp = errors.New("supervision interrupted/failed")

// supervisor is a running supervisor.
type supervisor struct {
	Config
	tree    *supervision.Tree
	watcher *watcher
	inbox   inbox
	slots   slots
	pidfile *pidfile.File            // nil: none
	sole    *servicelock.Supervision // nil: none

	units   map[*servicedef.Service]*unit
	watched map[int]*unit // by descriptor
	// mostWatched is how many processes may be watched: see share.
	mostWatched int
	unwatched   bool // more were not watched, which was reported

	removed []*unit // by a reload, and not stopped yet
	acting  int     // orders that are carried out
	holds   int     // the descriptor that is readable when a hold may have ended, -1: none
	orphans orphans
	rest    rest
	cycle   cycle
	touched time.Time // when the pid file was touched last
	public  public

	stored   []byte // what was written to the store last
	unstored error  // why the last write failed
	unlocked error  // why the configuration is not locked any more
	lockPath *byte  // of its lock
	lockFile inode
	unnoted  bool // a note could not be published, which was reported

	starts     context.Context // done when no service is to be started any more
	stopStarts context.CancelCauseFunc
	stopping   bool  // all services are being stopped
	leaving    bool  // the services are left as they are
	why        error // it ends
}

// Run supervises the services until a request, a signal or the failure of the root ends
// it. Before it touches a service, it claims the pid file, and reads and writes the store.
func Run(ctx context.Context, c Config) error {
	s := &supervisor{Config: c, watched: make(map[int]*unit), holds: -1}
	var err error
	if s.watcher, err = newWatcher(); err != nil {
		return fmt.Errorf("cannot watch processes: %w", err)
	}
	defer s.watcher.close()
	s.inbox.wake = s.watcher.wake
	s.slots.post = s.inbox.post
	s.mostWatched, s.slots.most = share(descriptorLimit())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.starts, s.stopStarts = context.WithCancelCause(ctx)
	defer s.stopStarts(nil)
	if err := s.claim(); err != nil {
		return err
	}
	defer s.release()
	if err := s.beSole(); err != nil {
		return err
	}
	s.tree = supervision.New(c.Entries, supervision.Options{Interval: c.Interval, EachCycle: c.EachCycle})
	if err := s.loadStore(); err != nil {
		return err
	}
	s.adopt(ctx, c.Entries)
	s.listen(ctx)
	return s.loop(ctx)
}

// claim claims the pid file. Commands of a killed supervisor may still run in its session;
// they are left alone.
func (s *supervisor) claim() (err error) {
	if s.PidFile == "" {
		return nil
	}
	leave := func(*pidfile.Survivors) error { return nil }
	s.pidfile, err = pidfiles.Supervisor.Claim(s.PidFile, leave)
	s.touched = time.Now()
	return err
}

func (s *supervisor) release() {
	if s.sole != nil {
		s.sole.Release()
	}
	if s.pidfile == nil {
		return
	}
	if err := s.pidfile.Release(); err != nil {
		s.Log.Warn("%v", err)
	}
}
