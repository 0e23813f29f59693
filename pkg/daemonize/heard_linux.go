package daemonize

import (
	"time"

	"golang.org/x/sys/unix"
)

// Heard waits until the daemon has said something or has ended, so that
// [Daemon.Wait] has something to read, but not longer than the given time, and
// reports whether it has. It is for a caller that prepares for a long wait only
// when there is one.
func (d *Daemon) Heard(within time.Duration) bool {
	heard := false
	conn, err := d.reader.SyscallConn()
	if err != nil {
		return false
	}
	_ = conn.Control(func(fd uintptr) {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		for deadline := time.Now().Add(within); !heard; {
			left := time.Until(deadline)
			if left <= 0 {
				return
			}
			n, err := unix.Poll(poll, int(left.Milliseconds())+1)
			if err != nil && err != unix.EINTR {
				return
			}
			heard = n > 0
		}
	})
	return heard
}
