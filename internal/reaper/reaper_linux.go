// Package reaper starts children, reaps every child that exits, and knows when this
// process has no descendants.
package reaper

import (
	"context"
	"fmt"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Reaper is the only place where a process starts and reaps children. It is a child
// subreaper: orphaned descendants become its children. It reaps all of them, and keeps
// the exit status of the followed ones.
type Reaper struct {
	mu       sync.Mutex
	children map[int]bool             // started by this process, and not yet reaped
	handles  map[int]*proctree.Handle // followed, but not started by this process
	followed map[int]chan End         // receivers of the exit statuses
	users    map[uint32]bool          // real user ids of reaped children
	changed  chan struct{}            // delivers after children were reaped
}

// End is the exit of a process. The status is not known if the process was not a child of
// this one.
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
		users:    make(map[uint32]bool),
		changed:  make(chan struct{}, 1),
	}, nil
}

// Start starts a child and follows it. No child is reaped meanwhile, so that the child
// cannot be reaped before it is registered.
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

// Reap reaps all children that have exited. It is called after each SIGCHLD.
func (r *Reaper) Reap() {
	r.mu.Lock()
	defer r.mu.Unlock()
	any := false
	for {
		pid, uid := zombie()
		if pid == 0 {
			break
		}
		var status unix.WaitStatus
		if _, err := unix.Wait4(pid, &status, unix.WNOHANG, nil); err != nil {
			break // a zombie needs no wait, so no signal can interrupt it
		}
		any = true
		r.remember(uid)
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

// mostUsers bounds the user ids that are kept: only a program of root can use many.
const mostUsers = 64

func (r *Reaper) remember(uid uint32) {
	if len(r.users) >= mostUsers {
		clear(r.users)
	}
	r.users[uid] = true
}

// Await reaps a child that is about to exit, before the SIGCHLD handler is installed.
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

// Follow reports the exit of a process that was not started here: an adopted process, or
// the main process that a program has named. Its status is known if it became a child of
// this process before it exited. When the context is done, the process is no longer
// followed.
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
		if r.handles[h.PID] == h { // and not followed again meanwhile
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

// statusOf waits a moment for the status of a process that has just exited, which arrives
// only if the process had become a child.
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

// signalGroup signals the process group of a child that has not been reaped: until then
// its number cannot be reused. It returns false if the child was reaped.
func (r *Reaper) signalGroup(leader int, sig unix.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.children[leader] {
		return false
	}
	_ = unix.Kill(-leader, sig) // the group has at least its leader, a child of this process
	return true
}

// Signal signals a followed process. The pid of a child is not reused before it is
// reaped; other processes are signalled through a handle.
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

// Unreaped reports whether a child has not been reaped.
func (r *Reaper) Unreaped(pid int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.children[pid]
}

// Changed delivers after children have been reaped.
func (r *Reaper) Changed() <-chan struct{} { return r.changed }

// zombie returns a child that has exited and is not reaped, and its real user id. The pid
// is 0 if there is none.
func zombie() (pid int, uid uint32) {
	// The beginning of siginfo_t for SIGCHLD (sigaction(2)), as waitid(2) fills it.
	type childInfo struct {
		_   [3]int32
		_   [0]uintptr // aligns the union
		pid int32
		uid uint32
	}
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, 0
		}
		child := (*childInfo)(unsafe.Pointer(&info))
		return int(child.pid), child.uid
	}
}

// Childless reports whether this process has no child, alive or zombie. Then it has no
// descendant either, because orphans become children of the subreaper.
func Childless() bool {
	for {
		err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return err == unix.ECHILD
		}
	}
}
