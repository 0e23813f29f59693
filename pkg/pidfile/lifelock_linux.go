package pidfile

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

var (
	errLocked     = errors.New("another instance holds the lock")
	errNoLifeLock = errors.New("no lock for life on this file system")
	errReader     = errors.New("a process that may only read it keeps it locked")
)

// lockForLife takes the lock that proves life: an open file description lock on
// the whole file (fcntl(2), Linux 3.15). It is independent of flock(2), is not
// lost when another descriptor of the file is closed, and is released with the
// last descriptor of f, which no process inherits.
//
// On NFS it returns [errNoLifeLock]: there the kernel implements flock by locks
// on the same range, and the two would conflict.
func lockForLife(f *os.File) error {
	return control(f, func(fd int) error {
		if onNFS(fd) {
			return errNoLifeLock
		}
		err := unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, wholeFile())
		switch err {
		case unix.EAGAIN, unix.EACCES:
			lock := wholeFile()
			if err := unix.FcntlFlock(uintptr(fd), unix.F_OFD_GETLK, lock); err == nil && lock.Type == unix.F_RDLCK {
				return errReader
			}
			return errLocked
		case unix.EINVAL, unix.ENOLCK, unix.EOPNOTSUPP:
			return errNoLifeLock
		}
		return err
	})
}

// lockToRead takes a read lock. Other read locks do not prevent it, and it
// prevents a lock for life.
func lockToRead(f *os.File) error {
	return control(f, func(fd int) error {
		lock := wholeFile()
		lock.Type = unix.F_RDLCK
		err := unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, lock)
		if err == unix.EAGAIN || err == unix.EACCES {
			return errLocked
		}
		return err
	})
}

// lockedForLife reports whether an instance holds its lock on the file. The file
// may be open only for reading.
func lockedForLife(f *os.File) (bool, error) {
	lock := heldLock()
	err := control(f, func(fd int) error {
		if onNFS(fd) {
			return errNoLifeLock
		}
		return unix.FcntlFlock(uintptr(fd), unix.F_OFD_GETLK, lock)
	})
	if errors.Is(err, errNoLifeLock) || errors.Is(err, unix.EINVAL) {
		return false, errNoLifeLock
	}
	return lock.Type != unix.F_UNLCK, err
}

func wholeFile() *unix.Flock_t {
	return &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
}

// heldLock is the query for the lock of an instance. Any user who may read the
// file can take a read lock, which proves nothing. Only a write lock conflicts
// with the read lock of this query.
func heldLock() *unix.Flock_t {
	return &unix.Flock_t{Type: unix.F_RDLCK, Whence: io.SeekStart}
}

func localOnly(fd int) error {
	if onNFS(fd) {
		return errNoLifeLock
	}
	return nil
}

func onNFS(fd int) bool {
	var fs unix.Statfs_t
	return unix.Fstatfs(fd, &fs) == nil && int64(fs.Type) == unix.NFS_SUPER_MAGIC
}
