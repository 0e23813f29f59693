package main

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// noTerminal keeps an open(2) from making a terminal that of the session.
const noTerminal = unix.O_NOCTTY

// reaper is the one place where children are started and waited for. svloop is
// a child subreaper: orphaned descendants become its children, so it waits for
// whatever ends, and keeps the status of those who are followed.
type reaper struct {
	mu       sync.Mutex
	children map[int]bool             // started here and not reaped yet
	handles  map[int]*proctree.Handle // followed, and not started here
	followed map[int]chan end         // whose status somebody waits for
	changed  chan struct{}            // delivers after children have ended
}

// end is the end of a process. The status of one that was not our child is not
// known.
type end struct {
	status unix.WaitStatus
	known  bool
}

func newReaper() (*reaper, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, err
	}
	return &reaper{
		children: make(map[int]bool),
		handles:  make(map[int]*proctree.Handle),
		followed: make(map[int]chan end),
		changed:  make(chan struct{}, 1),
	}, nil
}

// start starts a child and follows it. Nothing is reaped meanwhile, so that the
// child cannot be before it is known.
func (r *reaper) start(launch func() (pid int, err error)) (int, <-chan end, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pid, err := launch()
	if err != nil {
		return 0, nil, err
	}
	ended := make(chan end, 1)
	r.children[pid] = true
	r.followed[pid] = ended
	return pid, ended, nil
}

// reap waits for all children that have ended. It is called for each SIGCHLD.
func (r *reaper) reap() {
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
			ended <- end{status, true}
		}
	}
	if any {
		select {
		case r.changed <- struct{}{}:
		default:
		}
	}
}

// await waits for a child that is about to end, before signals are attended to.
func (r *reaper) await(pid int) {
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

// follow tells the end of a process that was not started here: an adopted one,
// or the main process that a program has named. Its status is known when it
// became our child before its end.
func (r *reaper) follow(ctx context.Context, h *proctree.Handle) <-chan end {
	reaped := make(chan end, 1)
	r.mu.Lock()
	r.followed[h.PID] = reaped
	r.handles[h.PID] = h
	r.mu.Unlock()
	result := make(chan end, 1)
	go func() {
		err := h.Wait(ctx)
		var last end
		if err == nil {
			last = r.statusOf(reaped)
		}
		r.mu.Lock()
		delete(r.followed, h.PID)
		delete(r.handles, h.PID)
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
func (r *reaper) statusOf(reaped <-chan end) end {
	grace := time.NewTimer(100 * time.Millisecond)
	defer grace.Stop()
	select {
	case e := <-reaped:
		return e
	case <-grace.C:
		return end{}
	}
}

// signalGroup signals the process group of a child that has not been reaped:
// until then nobody else can have its number. It reports false when it has.
func (r *reaper) signalGroup(leader int, sig unix.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.children[leader] {
		return false
	}
	_ = unix.Kill(-leader, sig) // it has at least the leader, which is our child
	return true
}

// signal signals a process that is followed. A child cannot lose its number
// before it is reaped, another is signalled through a handle.
func (r *reaper) signal(pid int, sig unix.Signal) error {
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

// unreaped reports whether a child has not been waited for.
func (r *reaper) unreaped(pid int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.children[pid]
}

// childless reports whether there is no child at all, dead or alive: then no
// descendant is left, because orphans come to the subreaper.
func childless() bool {
	for {
		err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err == unix.ECHILD
		}
	}
}
