package output

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread returns the number of bytes in a pipe.
func unread(pipe *os.File) (n int) {
	conn, err := pipe.SyscallConn()
	if err == nil {
		_ = conn.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
	}
	return n
}
