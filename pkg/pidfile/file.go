//go:build linux

package pidfile

import (
	"fmt"
	"os"
	"sync"
)

// File is a pid file that this process has claimed. Its methods may be called
// from any goroutine.
type File struct {
	instances Instances
	path      string
	pid       int

	mu     sync.Mutex
	file   *os.File // holds the lock for life; replaced when the path is
	pulse  *pulse   // nil: it could not be written
	silent bool     // that has been said
	record record
	// waiting is what the heartbeat says to those who cannot read the record.
	waiting bool
	// released keeps a [File.Keep] that has not ended yet from restoring what
	// Release has removed.
	released bool
}

// Touch sets the time stamp of the file and writes the heartbeat, from which
// others see that the instance is not stuck. [File.Keep] calls it regularly.
func (f *File) Touch() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.touch(f.pulse != nil && f.pulse.line.starting)
}

// BeforeStart touches the file. Call it before each start of a program, and
// [File.AfterStart] after it: if this instance is killed in between, a process that
// has started since then counts as the program.
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

// AfterStart writes the heartbeat, which proves after a crash that the processes
// that exist now were there in the time of this instance. Call it after the start
// of a program, and after its end, for what the program may leave.
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
		// Without a heartbeat the next start refuses where it would end what
		// this instance leaves. So try again: there may be room by now. A pid
		// file that is missing needs that room itself.
		here, err := isAt(f.file, f.path)
		if here && err == nil {
			f.pulse, err = newPulse(f.path)
		}
		if err != nil && !f.silent {
			f.silent = true // it is said once
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

// removeWithNotes removes the pid file last: as long as it is there, the next start
// looks at what stands beside it.
func removeWithNotes(path string) error {
	_ = os.Remove(path + copySuffix) // that a crash has left
	if err := removeNote(path); err != nil {
		return err
	}
	if err := removeHeartbeat(path); err != nil {
		return err
	}
	return os.Remove(path)
}

// Release removes the file, if it is still the one that was claimed, and gives
// up the lock, in this order: whoever opened the file before sees after
// locking that it is not at its path any more.
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
