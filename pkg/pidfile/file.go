//go:build linux

package pidfile

import (
	"fmt"
	"os"
	"sync"
)

// File is a pid file that this process has claimed. Any goroutine may call its
// methods.
type File struct {
	instances Instances
	path      string
	pid       int

	mu     sync.Mutex
	file   *os.File // holds the lock for life; replaced when the path is
	pulse  *pulse   // nil: the heartbeat could not be written
	silent bool     // the failure was reported
	record record
	// waiting is what the heartbeat publishes to users who cannot read the
	// record.
	waiting bool
	// released prevents a [File.Keep] that is still running from restoring the
	// files that Release has removed.
	released bool
}

// Touch sets the timestamp of the file and writes the heartbeat. They show to
// others that the instance is not stuck. [File.Keep] calls it regularly.
func (f *File) Touch() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.touch(f.pulse != nil && f.pulse.line.starting)
}

// BeforeStart touches the file. Call it before each start of a program, and
// [File.AfterStart] after it. If this instance is killed in between, a process
// that was started since then counts as the program.
func (f *File) BeforeStart() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.touch(true)
}

func (f *File) touch(starting bool) error {
	err := f.beat(starting)
	if e := touch(f.file); e != nil {
		return fmt.Errorf("cannot touch pid file %q: %w", f.path, e)
	}
	return err
}

// AfterStart writes the heartbeat, which proves after a crash that the current
// processes existed during the life of this instance. Call it after the start of
// a program, and after its exit, for the processes that it may have left.
func (f *File) AfterStart() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.beat(false)
}

func (f *File) beat(starting bool) error {
	if f.released {
		return nil
	}
	if f.pulse == nil {
		// Without a heartbeat the next start cannot terminate the processes of
		// this instance, and fails. So try again: there may be space now. If the
		// pid file is missing, it needs that space itself.
		here, err := isAt(f.file, f.path)
		if here && err == nil {
			f.pulse, err = newPulse(f.path)
		}
		if err != nil && !f.silent {
			f.silent = true // report it once
			return fmt.Errorf("cannot write the heartbeat of pid file %q: %w", f.path, err)
		}
	}
	if f.pulse == nil {
		return nil
	}
	if err := f.pulse.beat(starting, f.waiting); err != nil {
		return fmt.Errorf("cannot write the heartbeat of pid file %q: %w", f.path, err)
	}
	return nil
}

// removeWithNotes removes the pid file last: the next start reads the other files
// only if it exists.
func removeWithNotes(path string) error {
	_ = os.Remove(path + copySuffix) // left by a crash
	if err := removeBeside(path+noteSuffix, checkNote); err != nil {
		return err
	}
	if err := removeBeside(path+heartbeatSuffix, checkHeartbeat); err != nil {
		return err
	}
	return os.Remove(path)
}

// Release removes the file, if it is still the claimed one, and then unlocks it.
// A process that opened the file before checks the path after locking it, and
// sees that it is gone.
func (f *File) Release() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.released = true
	here, err := isAt(f.file, f.path)
	if err == nil && here {
		err = removeWithNotes(f.path)
	}
	f.pulse.close()
	if e := f.file.Close(); err == nil {
		err = e
	}
	f.record.close()
	if err != nil {
		return fmt.Errorf("cannot remove pid file: %w", err)
	}
	return nil
}
