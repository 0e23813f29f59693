package readiness

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// newlineIn reports, without blocking, whether the pipe contains a newline.
func newlineIn(pipe *os.File) (found bool) {
	conn, err := pipe.SyscallConn()
	if err != nil {
		return false
	}
	_ = conn.Control(func(fd uintptr) {
		buf := make([]byte, 256)
		for !found {
			n, err := unix.Read(int(fd), buf)
			if err == unix.EINTR {
				continue
			}
			if err != nil || n <= 0 {
				return
			}
			found = bytes.IndexByte(buf[:n], '\n') >= 0
		}
	})
	return found
}
