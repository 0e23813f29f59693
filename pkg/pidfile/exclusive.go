//go:build linux

package pidfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

// How long a reader or writer waits for another, and how often it tries. The
// old tool holds its lock for one read or write. Who may only read the file keeps
// nobody waiting for longer than a moment.
const (
	exclusiveWait  = 2 * time.Second
	strangersWait  = 100 * time.Millisecond
	exclusiveRetry = 2 * time.Millisecond
)

// ErrBusy is wrapped when some other program keeps the pid file locked with
// flock(2).
var ErrBusy = errors.New("another program keeps the file locked")

// exclusively runs f while no old or new tool reads or writes the file. The
// lock is a flock(2), as the old tool's, and is held for moments only: the old
// tool waits for it without a limit. A lock of a user who may not write to the file
// is no part of the protocol, and f then runs beside it.
//
// The file is reopened through its descriptor, which cannot lead to another
// file than the one that is open.
func exclusively(file *os.File, f func() error) error {
	var lock *flock.Flock
	err := control(file, func(fd int) error {
		lock = flock.New("/proc/self/fd/"+strconv.Itoa(fd), flock.SetFlag(os.O_RDWR))
		err := tryFor(lock, strangersWait)
		if errors.Is(err, context.DeadlineExceeded) && flockedByWriter(file) {
			err = tryFor(lock, exclusiveWait)
		} else if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("cannot lock: %w", ErrBusy)
	}
	if err == nil {
		err = f()
	}
	return errors.Join(err, lock.Close())
}

func tryFor(lock *flock.Flock, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := lock.TryLockContext(ctx, exclusiveRetry)
	return err
}
