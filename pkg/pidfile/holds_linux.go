package pidfile

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// errNotTheInstance says that nothing proves that a process that does not react
// is the instance: it may be anybody whose number stands in the file.
var errNotTheInstance = errors.New("nothing proves that it is an instance")

// mayEnd checks, before a process is signalled, that it is the instance of the
// file: it holds the lock for life, or nobody does and its command line names an
// instance of the old tool.
func mayEnd(f *os.File, pid int) error {
	if holdsLock(f, pid) {
		return nil
	}
	if locked, _ := lockedForLife(f); !locked && named(pid) {
		return nil
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
