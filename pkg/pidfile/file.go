package pidfile

import (
	"fmt"
	"os"
	"sync"
)

// File is a pid file that this process has claimed. Its methods may be called
// from any goroutine.
type File struct {
	path string
	pid  int

	mu     sync.Mutex
	file   *os.File // holds the lock for life; replaced when the path is
	record record
	// released keeps a [File.Keep] that has not ended yet from restoring what
	// Release has removed.
	released bool
}

// Touch sets the time stamp of the file, from which others see that the
// instance is not stuck, and which proves after a crash that a program was
// there in its time. Call it before each start of a program.
func (f *File) Touch() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := touch(f.file); err != nil {
		return fmt.Errorf("cannot touch pid file %q: %w", f.path, err)
	}
	return nil
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
		if err = removeNote(f.path); err == nil {
			err = os.Remove(f.path)
		}
	}
	if e := f.file.Close(); err == nil {
		err = e
	}
	f.record.close()
	if err != nil {
		return fmt.Errorf("cannot remove pid file: %w", err)
	}
	return nil
}
