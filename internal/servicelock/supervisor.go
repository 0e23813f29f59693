package servicelock

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// SupervisedError is returned if another supervisor supervises the configuration.
type SupervisedError struct{ PID int } // 0 if it is not known

func (e *SupervisedError) Error() string {
	if e.PID == 0 {
		return "another supervisor supervises it"
	}
	return fmt.Sprintf("another supervisor (pid %d) supervises it", e.PID)
}

// IdentifySupervisor returns the identity of the supervisor of a configuration file.
// resolve returns an absolute path without symbolic links.
func IdentifySupervisor(conf string, resolve func(path string) string) Identity {
	return identity("supervise", "supervisor", resolve(conf))
}

// Supervision is the lock on a configuration. The kernel releases it when the process
// exits, however that happens.
type Supervision struct {
	directory *Directory
	name      string
	lock      *lock
}

// Supervise locks a configuration for its only supervisor. If another process holds the
// lock, the error is a [SupervisedError]. A killed process holds it until its last thread
// has exited, so Supervise retries for a second unless the holder is alive.
func (d *Directory) Supervise(id Identity) (*Supervision, error) {
	s := &Supervision{directory: d, name: string(id) + lockSuffix}
	for deadline := time.Now().Add(time.Second); ; time.Sleep(lastTry) {
		holder := 0
		var err error
		if s.lock, err = d.tryLock(s.name, &holder); err == nil {
			return s, nil
		}
		if !errors.Is(err, errBusy) {
			return nil, d.unsupervised(err)
		}
		if alive := holder > 0 && !isGone(holder); alive || time.Now().After(deadline) {
			return nil, &SupervisedError{holder}
		}
	}
}

func (d *Directory) unsupervised(err error) error {
	return fmt.Errorf("cannot lock the configuration in %q: %w", d.Name(), cause(err))
}

// Keep takes the lock again if its file was removed, for example with the directory. If
// another supervisor was faster, the error is a [SupervisedError].
func (s *Supervision) Keep() error {
	if s.lock.counts(s.directory.Current()) {
		return nil
	}
	holder := 0
	again, err := s.directory.tryLock(s.name, &holder)
	switch {
	case errors.Is(err, errBusy):
		return &SupervisedError{holder}
	case err != nil:
		return s.directory.unsupervised(err)
	}
	s.lock.release()
	s.lock = again
	return nil
}

// Path returns the path of the locked file.
func (s *Supervision) Path() string { return filepath.Join(s.lock.at.Name(), s.name) }

// Release unlocks the configuration.
func (s *Supervision) Release() { s.lock.release() }
