package servicelock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/pkg/proctree"
)

// HeldError is returned if another process has acted on the service for too long.
type HeldError struct {
	PID    int  // 0 if it is not known
	Killed bool // the process does not exist any more, but a command that it ran does
}

func (e *HeldError) Error() string {
	switch {
	case e.PID == 0:
		return "another svctl is acting on it"
	case e.Killed:
		return fmt.Sprintf("a command of another svctl (pid %d), which was killed, is acting on it", e.PID)
	}
	return fmt.Sprintf("another svctl (pid %d) is acting on it", e.PID)
}

func held(pid int) error { return &HeldError{PID: pid, Killed: pid > 0 && isGone(pid)} }

func isGone(pid int) bool {
	stat, err := proctree.ReadStat(pid)
	return errors.Is(err, proctree.ErrGone) || err == nil && !stat.Alive()
}

// Error is returned if the directory does not permit a lock.
type Error struct {
	Directory string
	Err       error
}

func (e *Error) Error() string {
	return fmt.Sprintf("cannot lock the service in %q: %v", e.Directory, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// How often a process that waits for a lock tries to take it.
const (
	firstTry = time.Millisecond
	lastTry  = 50 * time.Millisecond
)

// errBusy is returned if another process holds the lock.
var errBusy = errors.New("locked")

// Lock locks a service for one action. It waits until the limit for a process that holds
// the lock, and then returns a [HeldError]. If the context is done earlier, it returns
// the cause.
func (d *Directory) Lock(ctx context.Context, id Identity, limit time.Duration) (release func(), err error) {
	_, release, err = d.LockContext(ctx, id, limit)
	return release, err
}

// LockContext is [Directory.Lock] for an action that runs commands with the returned
// context. If this process is killed, the service stays locked until they have exited.
// After an error the context is the given one.
func (d *Directory) LockContext(ctx context.Context, id Identity, limit time.Duration) (locked context.Context, release func(), err error) {
	name := string(id) + lockSuffix
	deadline := time.Now().Add(limit)
	for pauses := poll.Doubling(firstTry, lastTry); ; {
		if ctx.Err() != nil {
			return ctx, nil, context.Cause(ctx)
		}
		holder := 0
		l, err := d.tryLock(name, &holder)
		switch {
		case err == nil:
			return runner.Keep(ctx, l.file), l.release, nil
		case !errors.Is(err, errBusy):
			return ctx, nil, &Error{d.Name(), cause(err)}
		case !time.Now().Before(deadline):
			return ctx, nil, held(holder)
		}
		if err := pauses.Wait(ctx); err != nil {
			return ctx, nil, err
		}
	}
}

// Await waits until no other process acts on the service, but not longer than the limit,
// and not after the context is done. It reports whether there was such a process. It does
// not lock the service.
func (d *Directory) Await(ctx context.Context, id Identity, limit time.Duration) (waited bool) {
	deadline := time.Now().Add(limit)
	for pauses := poll.Doubling(firstTry, lastTry); d.locked(id) && time.Now().Before(deadline); waited = true {
		if pauses.Wait(ctx) != nil {
			break
		}
	}
	return waited
}

// locked reports whether a process holds the lock.
func (d *Directory) locked(id Identity) bool {
	file, err := d.Current().OpenFile(string(id)+lockSuffix, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer file.Close()
	return errors.Is(flock(file), errBusy)
}

const lockSuffix = ".lock"

// lock is a lock that this process holds, and the directory in which it was taken.
type lock struct {
	at   *runtimedir.Directory
	name string
	file *os.File
}

// tryLock takes the lock if no other process holds it, and otherwise sets the pid of
// that process. The file is removed when it is unlocked, so the lock counts only if the
// file still has its name afterwards.
func (d *Directory) tryLock(name string, holder *int) (*lock, error) {
	for {
		at := d.Current()
		file, err := at.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if errors.Is(err, fs.ErrNotExist) && d.Current() != at {
			continue // it was removed just now
		}
		if err != nil {
			return nil, err
		}
		if err := flock(file); err != nil {
			if errors.Is(err, errBusy) {
				*holder = pidIn(file)
			}
			file.Close()
			return nil, err
		}
		if l := (&lock{at, name, file}); l.counts(d.Current()) {
			// Without the pid, the error of a process that waits is less precise.
			_, _ = file.WriteAt(fmt.Appendf(nil, "%*d\n", longestPID, os.Getpid()), 0)
			return l, nil
		}
		file.Close()
	}
}

// counts reports whether the locked file is the one with its name in this directory.
func (l *lock) counts(at *runtimedir.Directory) bool {
	here, err := l.file.Stat()
	if err != nil {
		return false
	}
	there, err := at.Lstat(l.name)
	return err == nil && os.SameFile(here, there)
}

// release removes the file while it is locked, so that no process can lock it in
// between.
func (l *lock) release() {
	if l.counts(l.at) { // not if it was removed: another process may have locked a new one
		_ = l.at.Remove(l.name) // a file that stays is harmless
	}
	l.file.Close()
}

// longestPID is the length of a pid in the file: a pid replaces another one completely.
const longestPID = 16

func pidIn(file *os.File) int {
	text := make([]byte, longestPID)
	n, err := file.ReadAt(text, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	return pid
}
