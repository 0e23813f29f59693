// Package reaper starts children, waits for whatever ends, and knows when no
// descendant of this process is left.
package reaper

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Reaper is the one place where a process starts and waits for children. It is
// a child subreaper: orphaned descendants become its children, so it waits for
// whatever ends, and keeps the status of those who are followed.
type Reaper struct {
	mu       sync.Mutex
	children map[int]bool             // started here and not reaped yet
	handles  map[int]*proctree.Handle // followed, and not started here
	followed map[int]chan End         // whose status somebody waits for
	changed  chan struct{}            // delivers after children have ended
}

// End is the end of a process. The status of one that was not our child is not
// known.
type End struct {
	Status unix.WaitStatus
	Known  bool
}

// New makes this process a child subreaper.
func New() (*Reaper, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("cannot become the reaper of orphans: %w", err)
	}
	return &Reaper{
		children: make(map[int]bool),
		handles:  make(map[int]*proctree.Handle),
		followed: make(map[int]chan End),
		changed:  make(chan struct{}, 1),
	}, nil
}

// Start starts a child and follows it. Nothing is reaped meanwhile, so that the
// child cannot be before it is known.
func (r *Reaper) Start(launch func() (pid int, err error)) (int, <-chan End, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pid, err := launch()
	if err != nil {
		return 0, nil, err
	}
	ended := make(chan End, 1)
	r.children[pid] = true
	r.followed[pid] = ended
	return pid, ended, nil
}

// Reap waits for all children that have ended. It is called for each SIGCHLD.
func (r *Reaper) Reap() {
	r.mu.Lock()
	defer r.mu.Unlock()
	any := false
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			break
		}
		any = true
		delete(r.children, pid)
		if ended, ok := r.followed[pid]; ok {
			delete(r.followed, pid)
			ended <- End{status, true}
		}
	}
	if any {
		select {
		case r.changed <- struct{}{}:
		default:
		}
	}
}

// Await waits for a child that is about to end, before signals are attended to.
func (r *Reaper) Await(pid int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.children[pid] {
		return
	}
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			break
		}
	}
	delete(r.children, pid)
	delete(r.followed, pid)
}

// Follow tells the end of a process that was not started here: an adopted one,
// or the main process that a program has named. Its status is known when it
// became our child before its end. When the context is done the process is not
// followed any more.
func (r *Reaper) Follow(ctx context.Context, h *proctree.Handle) <-chan End {
	reaped := make(chan End, 1)
	r.mu.Lock()
	r.followed[h.PID] = reaped
	r.handles[h.PID] = h
	r.mu.Unlock()
	result := make(chan End, 1)
	go func() {
		err := h.Wait(ctx)
		var last End
		if err == nil {
			last = r.statusOf(reaped)
		}
		r.mu.Lock()
		if r.handles[h.PID] == h { // and not followed anew meanwhile
			delete(r.followed, h.PID)
			delete(r.handles, h.PID)
		}
		r.mu.Unlock()
		h.Close()
		if err == nil {
			result <- last
		}
	}()
	return result
}

// statusOf waits a moment for the status of a process that has just ended,
// which comes only if it had become our child.
func (r *Reaper) statusOf(reaped <-chan End) End {
	grace := time.NewTimer(100 * time.Millisecond)
	defer grace.Stop()
	select {
	case e := <-reaped:
		return e
	case <-grace.C:
		return End{}
	}
}

// signalGroup signals the process group of a child that has not been reaped:
// until then nobody else can have its number. It reports false when it has.
func (r *Reaper) signalGroup(leader int, sig unix.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.children[leader] {
		return false
	}
	_ = unix.Kill(-leader, sig) // it has at least the leader, which is our child
	return true
}

// Signal signals a process that is followed. A child cannot lose its number
// before it is reaped, another is signalled through a handle.
func (r *Reaper) Signal(pid int, sig unix.Signal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.children[pid] {
		return unix.Kill(pid, sig)
	}
	if h := r.handles[pid]; h != nil {
		return h.Signal(sig)
	}
	return proctree.ErrGone
}

// Unreaped reports whether a child has not been waited for.
func (r *Reaper) Unreaped(pid int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.children[pid]
}

// Changed delivers after children have been reaped.
func (r *Reaper) Changed() <-chan struct{} { return r.changed }

// Childless reports whether there is no child at all, dead or alive: then no
// descendant is left, because orphans come to the subreaper.
func Childless() bool {
	for {
		err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err == unix.ECHILD
		}
	}
}
