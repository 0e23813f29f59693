package supervisor

import (
	"errors"
	"fmt"

	"github.com/svloop/svloop/internal/servicelock"
)

// Two supervisors of one configuration repair the same services at the same time, and each
// reads the other's repairs as failures. Their pid files may differ, so the configuration is
// locked too, in the runtime directory. A supervisor that ends after one cycle may run
// beside another, as "svctl ensure" may.

// beSole locks the configuration. Without a directory for the lock, services have to be
// supervised all the same.
func (s *supervisor) beSole() (err error) {
	if s.Once || s.Locks == nil {
		return nil
	}
	if s.sole, err = s.Locks.Supervise(s.Sole); err == nil {
		s.rememberLock()
		return nil
	}
	s.sole = nil
	if _, other := errors.AsType[*servicelock.SupervisedError](err); other {
		return fmt.Errorf("cannot supervise %q: %w", s.Name, err)
	}
	s.Log.Warn("a second supervisor of this configuration would not be refused: %v", err)
	return nil
}

// staySole does what follows if the runtime directory, or the lock in it, was removed: the
// lock is taken again. If another supervisor was started in between, this one ends and
// leaves the services to it.
func (s *supervisor) staySole() {
	if s.sole == nil {
		return
	}
	if at, found := inodeAt(s.lockPath); found && at == s.lockFile {
		return
	}
	err := s.sole.Keep()
	if _, other := errors.AsType[*servicelock.SupervisedError](err); other {
		err = fmt.Errorf("cannot supervise %q any longer: %w", s.Name, err)
		s.Log.Error("%v", err)
		s.leave(err)
		return
	}
	if err != nil && s.unlocked == nil {
		s.Log.Warn("a second supervisor of this configuration would not be refused: %v", err)
	}
	if s.unlocked = err; err == nil {
		s.rememberLock()
	}
	s.watchHolds()
}

// rememberLock has an idle supervisor see by one raw system call that its lock is in place:
// see [watcher].
func (s *supervisor) rememberLock() {
	s.lockPath = pathBytes(s.sole.Path())
	s.lockFile, _ = inodeAt(s.lockPath)
}
