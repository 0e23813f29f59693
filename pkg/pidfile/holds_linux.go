package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// errNotTheInstance says that nothing proves that a process that does not react
// is the instance: it may be anybody whose number stands in the file.
var errNotTheInstance = errors.New("nothing proves that it is an instance")

// mayEnd checks, before a process is signalled, that it is the instance of the
// file: it holds the lock for life; or nobody does, and its command line names an
// instance of the old tool, or one whose file was replaced or is on NFS.
func mayEnd(f *os.File, pid int) error {
	if holdsLock(f, pid) {
		return nil
	}
	if locked, err := lockedForLife(f); !locked {
		switch instanceName(pid) {
		case oldName:
			return nil
		case ownName:
			had, known := hadOpen(f, pid)
			if errors.Is(err, errNoLifeLock) || had && known {
				return nil
			}
		}
	}
	return fmt.Errorf("process %d does not react: %w", pid, errNotTheInstance)
}

// holdsLock looks for the lock among the open files of a process, as
// /proc/PID/fdinfo shows it (proc_pid_fdinfo(5)).
func holdsLock(f *os.File, pid int) bool {
	here, err := f.Stat()
	if err != nil {
		return false
	}
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return false
	}
	for _, entry := range entries {
		there, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%s", pid, entry.Name()))
		if err != nil || !os.SameFile(here, there) {
			continue
		}
		info, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, entry.Name()))
		if err == nil && strings.Contains(string(info), "OFDLCK") {
			return true
		}
	}
	return false
}

// hadOpen reports whether a process has a file open that is, or was, where this
// one is. It is not known of a process that this one may not look into.
func hadOpen(f *os.File, pid int) (had, known bool) {
	path := ""
	err := control(f, func(fd int) (err error) {
		path, err = os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		return err
	})
	if err != nil {
		return false, false
	}
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return false, errors.Is(err, fs.ErrNotExist)
	}
	known = true
	for _, entry := range entries {
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, entry.Name()))
		if err == nil && strings.TrimSuffix(link, " (deleted)") == path {
			return true, true
		}
		if errors.Is(err, fs.ErrPermission) {
			known = false // as for root without CAP_SYS_PTRACE
		}
	}
	return false, known
}

// ownSession is the session of this process.
func ownSession() int {
	sid, _ := unix.Getsid(0) // cannot fail for oneself (getsid(2))
	return sid
}
