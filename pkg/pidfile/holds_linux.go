package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// errNotTheInstance is returned if nothing proves that a process is the instance:
// its pid in the file may be reused.
var errNotTheInstance = errors.New("nothing proves that it is an instance")

// mayEnd checks that a process is the instance of the file before it is killed.
// It is if it holds the lock for life, or if the heartbeat names it. If no
// process holds the lock, it also is if its command line names simplevisor-loop,
// or an instance whose file was replaced or is on NFS.
func (in Instances) mayEnd(f *os.File, path string, pid int) error {
	holds, err := holdsLock(f, pid)
	if holds {
		return nil
	}
	l, e := in.examine(f, path, pid, false)
	if e == nil && l.proof == proven {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) { // the name decides then
		return err
	}
	if locked, err := lockedForLife(f); !locked {
		k, _, e := in.kindOf(pid)
		switch {
		case e != nil:
			return e
		case k == old && l.sure:
			return nil
		case k == own:
			had, known := hadOpen(f, pid)
			if errors.Is(err, errNoLifeLock) || had && known {
				return nil
			}
		}
	}
	return fmt.Errorf("process %d does not react: %w", pid, errNotTheInstance)
}

// holdsLock reports whether a process has the lock among its open files, as shown
// by /proc/PID/fdinfo (proc_pid_fdinfo(5)). The error is [fs.ErrPermission] if
// the caller may not read them.
func holdsLock(f *os.File, pid int) (bool, error) { return hasLock(f, pid, "WRITE") }

// hasLock reports whether a process has an open file description lock, of the
// given kind if it is not "".
func hasLock(f *os.File, pid int, kind string) (bool, error) {
	var here inode
	err := control(f, func(fd int) (err error) {
		here, err = identify(fmt.Sprintf("/proc/self/fd/%d", fd))
		return err
	})
	if err != nil {
		return false, err
	}
	names, err := openFiles(pid)
	if err != nil {
		return false, unlessGone(err)
	}
	for _, name := range names {
		there, err := identify(name)
		if unlessGone(err) != nil {
			return false, err
		}
		if err != nil || there != here {
			continue
		}
		info, err := readSome(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, filepath.Base(name)))
		if unlessGone(err) != nil {
			return false, err
		}
		for line := range strings.Lines(info) {
			if strings.Contains(line, "OFDLCK") && strings.Contains(line, kind) {
				return true, nil
			}
		}
	}
	return false, nil
}

// unlessGone returns err, unless it means that the process has exited or has
// closed the file.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

// hadOpen reports whether a process has a file open that is, or was, at the path
// of this one. known is false if the caller may not read the open files of the
// process.
func hadOpen(f *os.File, pid int) (had, known bool) {
	path := ""
	err := control(f, func(fd int) (err error) {
		path, err = os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		return err
	})
	if err != nil {
		return false, false
	}
	names, err := openFiles(pid)
	if err != nil {
		return false, unlessGone(err) == nil
	}
	known = len(names) < maxOpenFiles
	for _, name := range names {
		link, err := os.Readlink(name)
		if err == nil && strings.TrimSuffix(link, " (deleted)") == path {
			return true, true
		}
		if unlessGone(err) != nil {
			known = false // as for root without CAP_SYS_PTRACE
		}
	}
	return false, known
}

// ownSession is the session of this process.
func ownSession() int {
	sid, _ := unix.Getsid(0) // cannot fail for the caller (getsid(2))
	return sid
}
