package servicelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// flock takes the lock of an open file that the kernel drops when the file is closed,
// also by the end of the process. It does not wait: a blocking flock(2) cannot be
// cancelled.
func flock(file *os.File) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			result = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB)
			if !errors.Is(result, unix.EINTR) {
				return
			}
		}
	})
	switch {
	case err != nil:
		return err
	case errors.Is(result, unix.EWOULDBLOCK):
		return errBusy
	}
	return result
}
