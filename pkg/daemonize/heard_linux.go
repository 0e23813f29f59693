package daemonize

import (
	"time"

	"golang.org/x/sys/unix"
)

// Heard reports whether [Daemon.Wait] has something to read, because the daemon
// has sent a message or exited. It waits for that at most for the given time. A
// caller can use it to prepare for a long wait only if there is one.
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
