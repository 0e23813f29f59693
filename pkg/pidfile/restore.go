//go:build linux

package pidfile

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// ErrRestored is wrapped by the error of an [Event] for a file that has been
// restored.
var ErrRestored = errors.New("the pid file has been restored")

// inspect reads the request in the file and restores the file if necessary. An
// error that wraps [ErrRestored] is the reason.
func (f *File) inspect() (request string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.released {
		return "", nil
	}
	here, err := isAt(f.file, f.path)
	if err != nil {
		return "", fmt.Errorf("cannot look at the pid file: %w", err)
	}
	if !here {
		return "", f.reclaim()
	}
	var c Content
	intact := false
	err = exclusively(f.file, func() error {
		text, err := readText(f.file)
		if err != nil {
			return err // an unreadable file may contain a request
		}
		if c, err = Parse(text); err == nil && c.PID == f.pid {
			intact = true
			return nil
		}
		return rewrite(f.file, Content{PID: f.pid})
	})
	switch {
	case err != nil:
		return "", fmt.Errorf("cannot restore pid file %q: %w", f.path, err)
	case !intact:
		return "", fmt.Errorf("%w: another program had changed %q", ErrRestored, f.path)
	}
	return c.Request, nil
}

// Requested returns the current request in the file. It returns "" if there is
// none or if the file names another instance. It changes nothing.
func (f *File) Requested() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, err := readContent(f.file); err == nil && c.PID == f.pid {
		return c.Request
	}
	return ""
}

// reclaim claims the path again after the file was removed or replaced. In the
// meantime another start may claim the path. Then this instance is a second copy,
// and reclaim returns a [HeldError].
func (f *File) reclaim() error {
	file, err := claim(f.path, claimer{
		instances: f.instances,
		survivors: func(*Survivors) error { return nil },
		held: func(l life, pid int) (bool, error) {
			if l.proof != isOld && l.proof != proven {
				return false, nil
			}
			if f.instances.provenOnly() {
				return true, nil
			}
			k, _, err := f.instances.kindOf(pid)
			return k != other, err
		},
	})
	if errors.Is(err, unix.ENOSPC) {
		// The pid file is more important than the heartbeat.
		f.pulse.close()
		f.pulse = nil
		_ = removeHeartbeat(f.path)
	}
	if err != nil {
		return fmt.Errorf("cannot restore pid file: %w", err)
	}
	f.file.Close()
	f.file = file
	f.pulse.close()
	f.pulse, _ = newPulse(f.path)
	return fmt.Errorf("%w: another program had removed or replaced %q", ErrRestored, f.path)
}
