package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// mode is the mode of every pid file: all users may read the status.
const mode = 0o644

// ErrNotRegular is wrapped by the error for a path whose last component is a
// symbolic link, a directory, a device or a pipe.
var ErrNotRegular = errors.New("not a regular file")

// open opens the file at path. It does not follow a symbolic link there, and does
// not wait for the other end of a pipe.
func open(path string, flags int) (*os.File, error) { return openMode(path, flags, mode) }

func openMode(path string, flags int, mode fs.FileMode) (*os.File, error) {
	const always = unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	f, err := openUnpolled(path, flags|always, mode)
	if err != nil {
		if errors.Is(err, unix.ELOOP) {
			return nil, fmt.Errorf("%q is a symbolic link: %w", path, ErrNotRegular)
		}
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is %w", path, ErrNotRegular)
	}
	if err != nil {
		if flags&os.O_EXCL != 0 {
			os.Remove(path) // it was made just now
		}
		f.Close()
		return nil, err
	}
	return f, nil
}

// openUnpolled opens a file without registering it with epoll(7), which no regular file
// supports. A status opens a few files and exits: the setup would cost more than they do.
func openUnpolled(path string, flags int, mode fs.FileMode) (*os.File, error) {
	fd, err := unix.Open(path, flags, uint32(mode))
	for errors.Is(err, unix.EINTR) {
		fd, err = unix.Open(path, flags, uint32(mode))
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	// The error is ignored: the file then is registered, and refused.
	_ = unix.SetNonblock(fd, false)
	return os.NewFile(uintptr(fd), path), nil
}

// openOrCreate opens the file at path for writing, and reports whether it created
// the file. Other users cannot open a new file before it is locked, so that they
// cannot lock it first.
//
// It first tries to open an existing file without O_CREAT: with O_CREAT,
// fs.protected_regular of the kernel rejects files of other users in a sticky
// directory.
func openOrCreate(path string) (f *os.File, created bool, err error) {
	for range 100 {
		f, err = open(path, os.O_RDWR)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, false, err
		}
		f, err = openMode(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return f, err == nil, err
		}
	}
	return nil, false, err
}

// isAt reports whether the open file is still the one at path.
func isAt(f *os.File, path string) (bool, error) {
	there, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	here, err := f.Stat()
	if err != nil {
		return false, err
	}
	return os.SameFile(here, there), nil
}

// control calls a system call with the descriptor of an open file.
func control(f *os.File, call func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := conn.Control(func(fd uintptr) { result = call(int(fd)) }); err != nil {
		return err
	}
	return result
}

// setTime sets the time of the last modification.
func setTime(f *os.File, t time.Time) error {
	return control(f, func(fd int) error {
		stamp := unix.NsecToTimeval(t.UnixNano())
		return unix.Futimes(fd, []unix.Timeval{stamp, stamp})
	})
}

// touch sets the time of the last modification to now.
func touch(f *os.File) error {
	return control(f, func(fd int) error {
		// A null path means the descriptor itself, null times mean now
		// (utimensat(2)). The wrapper in x/sys supports neither. The call is raw,
		// because an idle instance makes it: see alarm.
		_, _, errno := unix.RawSyscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, 0, 0, 0, 0)
		if errno != 0 {
			return errno
		}
		return nil
	})
}

// changeTime is when the inode was last changed, including its timestamps. No
// program can set it.
func changeTime(info fs.FileInfo) time.Time {
	changed := info.Sys().(*syscall.Stat_t).Ctim
	return time.Unix(changed.Unix())
}

func ownerOf(info fs.FileInfo) int {
	return int(info.Sys().(*syscall.Stat_t).Uid)
}
