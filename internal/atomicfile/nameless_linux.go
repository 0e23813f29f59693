package atomicfile

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// errNoTemporary is the error of a file system without O_TMPFILE.
var errNoTemporary = unix.EOPNOTSUPP

// nameless creates a file without a name in a directory.
func nameless(dir string) (*os.File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	for err == unix.EINTR {
		fd, err = unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), dir), nil
}

// link gives a file without a name a name (open(2), O_TMPFILE).
func link(f *os.File, path string) error {
	err := unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return &os.LinkError{Op: "link", New: path, Err: err}
	}
	return nil
}
