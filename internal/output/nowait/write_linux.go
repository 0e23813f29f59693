package nowait

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// pipeBuffer is how many bytes a pipe accepts at once if it is ready for writing.
const pipeBuffer = 4096

// await waits until a descriptor is ready for writing. An error of the descriptor counts
// as ready, because the write then returns it.
func await(fd int, longest time.Duration) error {
	for end := time.Now().Add(longest); ; {
		left := max(time.Until(end), 0)
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		n, err := unix.Poll(fds, int((left+time.Millisecond-1)/time.Millisecond))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return err
		case n > 0:
			return nil
		default:
			return ErrBusy
		}
	}
}

func write(fd int, p []byte) (int, error) {
	n, err := unix.Write(fd, p)
	return max(n, 0), err
}

// again reports whether a call failed only for the moment, so that it can be retried.
func again(err error) bool { return errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) }

func closeFD(fd int) error { return unix.Close(fd) }
