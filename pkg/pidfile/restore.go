//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"time"

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
		return "", fmt.Errorf("cannot examine the pid file: %w", err)
	}
	if !here {
		return "", f.reclaim()
	}
	var c Content
	intact := false
	err = exclusively(f.file, func() error {
		if c, err = f.settled(); err == nil && c.PID == f.pid {
			intact = true
			if f.instances.Lines && c.Request != "" {
				return rewrite(f.file, Content{PID: f.pid}) // see [Instances.Lines]
			}
			return nil
		}
		if err != nil && !errors.Is(err, ErrMalformed) {
			return err // an unreadable file may contain a request
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

// settled reads the file. simplevisor truncates it before it writes a request, and
// takes no lock, so that an empty file is read again for a while.
func (f *File) settled() (Content, error) {
	for deadline := time.Now().Add(truncatedTime); ; time.Sleep(exclusiveRetry) {
		c, err := f.instances.readContent(f.file)
		if !f.instances.Lines || err != nil || c.PID != 0 || time.Now().After(deadline) {
			return c, err
		}
	}
}

// truncatedTime is how long a program may take from the truncation of the file to
// the write.
const truncatedTime = 100 * time.Millisecond

// Requested returns the current request in the file. It returns "" if there is
// none or if the file names another instance. It changes nothing.
func (f *File) Requested() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, err := f.instances.readContent(f.file); err == nil && c.PID == f.pid {
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
		_ = removeBeside(f.path+heartbeatSuffix, checkHeartbeat)
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
