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

// How long a reader or writer waits for another one, and how often it tries.
// simplevisor-loop holds its lock for one read or write. A user who may only read
// the file can delay others only for a moment.
const (
	exclusiveWait  = 2 * time.Second
	strangersWait  = 100 * time.Millisecond
	exclusiveRetry = 2 * time.Millisecond
)

// ErrBusy is wrapped if another program keeps the pid file locked with flock(2).
var ErrBusy = errors.New("another program keeps the file locked")

// exclusively runs f while no other process reads or writes the file. It takes a
// flock(2), like simplevisor-loop, and holds it only briefly, because
// simplevisor-loop waits for it without limit. A lock of a user who may not write
// to the file is not part of the protocol: it is ignored.
//
// The file is reopened through its descriptor, which always leads to the open
// file.
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
