package nowait

import (
	"errors"

	"golang.org/x/sys/unix"
)

// dial connects to a stream or datagram socket of a syslog daemon.
func dial(path string) (int, error) {
	fd, err := dialAs(unix.SOCK_DGRAM, path)
	if errors.Is(err, unix.EPROTOTYPE) {
		fd, err = dialAs(unix.SOCK_STREAM, path)
	}
	return fd, err
}

func dialAs(kind int, path string) (int, error) {
	fd, err := unix.Socket(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// sendOnly sends without blocking.
func sendOnly(fd int, message []byte) (int, error) {
	return unix.SendmsgN(fd, message, nil, nil, unix.MSG_NOSIGNAL)
}
