//go:build linux

package pidfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Claim claims the pid file at path for this process, and creates it if
// necessary. Of several simultaneous claims one succeeds, and the others return a
// [HeldError]. A stale or empty file is taken over. A file that is [ErrMalformed]
// or [ErrNotRegular] is not touched.
//
// If a killed instance left processes running, Claim calls survivors with them
// before it changes the file. No other claim can succeed in the meantime. If
// survivors returns an error, the claim fails, and the next claim finds the same
// processes. If survivors is nil, the claim fails with [ErrSurvivors].
func (in Instances) Claim(path string, survivors func(*Survivors) error) (*File, error) {
	return newFile(in, path).claim(survivors)
}

// ClaimAs is [Claim] for an instance that publishes its state. The first record is
// published before the pid is in the file, so that no process that reads the pid finds an
// instance without a record, which counts as running. If it cannot be published, the next
// [File.Publish] reports that.
func (in Instances) ClaimAs(path string, first Record, survivors func(*Survivors) error) (*File, error) {
	file := newFile(in, path)
	_ = file.Publish(first)
	claimed, err := file.claim(survivors)
	if err != nil {
		file.record.close()
	}
	return claimed, err
}

func newFile(in Instances, path string) *File {
	return &File{instances: in, path: path, pid: os.Getpid()}
}

func (f *File) claim(survivors func(*Survivors) error) (*File, error) {
	if f.pid == 1 {
		return nil, fmt.Errorf("cannot claim pid file %q: pid 1 cannot be distinguished from a mistake in the file", f.path)
	}
	file, err := claim(f.path, claimer{instances: f.instances, survivors: survivors, held: held, first: true})
	if h, ok := errors.AsType[*HeldError](err); ok {
		if owner, foreign := foreignOwner(f.path); foreign {
			h.Owner = fmt.Sprintf("user %d", owner)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot claim pid file: %w", err)
	}
	f.file = file
	// A heartbeat that cannot be written must not prevent the start: see
	// [File.Touch].
	f.pulse, _ = newPulse(f.path)
	return f, nil
}

// held makes a first claim fail if the process may be an instance.
func held(l life, _ int) (bool, error) { return l.proof != noInstance, nil }

// errMoved is returned if the file changed during a claim, which then starts
// again.
var errMoved = errors.New("the file was replaced in the meantime")

// claimer is how a claim treats other processes. The first claim of an instance
// differs from a claim after it lost its file.
type claimer struct {
	instances Instances
	survivors func(*Survivors) error
	held      func(life, int) (bool, error)
	first     bool
	adopted   bool // by an earlier attempt of this claim
}

func claim(path string, c claimer) (*os.File, error) {
	for range 1000 {
		f, created, err := openOrCreate(path)
		if errors.Is(err, fs.ErrPermission) {
			err = ownerHint(err, path)
		}
		if err != nil {
			return nil, err
		}
		f, err = c.take(f, path)
		if err == nil {
			return f, nil
		}
		if created && !errors.Is(err, ErrHeld) {
			// A process that has claimed the file in the meantime notices this,
			// and restores it.
			if here, e := isAt(f, path); e == nil && here {
				os.Remove(path)
			}
		}
		f.Close()
		if !errors.Is(err, errMoved) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%q: %w", path, errMoved)
}

// take claims the open file: it locks and checks the file, handles the survivors
// of the last instance, and writes the pid. It returns the locked file, which may
// be a replacement of the open one.
func (c *claimer) take(f *os.File, path string) (*os.File, error) {
	f, err := c.instances.lockOrReplace(f, path)
	switch {
	case errors.Is(err, errLocked):
		return f, c.instances.holder(f, path)
	case err != nil && !errors.Is(err, errNoLifeLock):
		return f, err
	}
	return f, c.takeLocked(f, path)
}

func (c *claimer) takeLocked(f *os.File, path string) error {
	switch here, err := isAt(f, path); {
	case err != nil:
		return err
	case !here:
		return errMoved
	}
	seen, err := c.instances.readText(f)
	if err != nil {
		return err
	}
	last, err := c.instances.parse(seen)
	if err != nil {
		return fmt.Errorf("%q is %w", path, err)
	}
	settled := false
	if last.PID != 0 && last.PID != os.Getpid() {
		l, err := c.instances.examine(f, path, last.PID, false)
		if err != nil {
			return err
		}
		if held, err := c.held(l, last.PID); err != nil {
			return err
		} else if held {
			return &HeldError{Path: path, PID: last.PID, Doubt: l.doubt}
		}
		// Detect every later failure of the start before anything is touched.
		if err := exclusively(f, func() error { return nil }); err != nil {
			return fmt.Errorf("cannot write %q: %w", path, err)
		}
		adopted, err := c.settle(f, path, last.PID)
		if err != nil {
			return err
		}
		c.adopted, settled = c.adopted || adopted, true
	}
	if c.first {
		if err := forgetFailed(path); err != nil {
			return err
		}
	}
	if c.first && !c.adopted {
		// A remaining note names a session whose id may be reused.
		if err := removeBeside(path+noteSuffix, checkNote); err != nil {
			return err
		}
	}
	switch replaced, err := replaceForeign(f, path); {
	case err != nil:
		return err
	case replaced:
		return errMoved
	}
	err = c.instances.write(f, seen, settled)
	if err != nil && !errors.Is(err, errMoved) {
		// Remove an empty file without an owner. A file that another process
		// keeps locked may be about to be written.
		if here, e := isAt(f, path); len(seen) == 0 && e == nil && here && !errors.Is(err, ErrBusy) {
			os.Remove(path)
		}
		return fmt.Errorf("cannot write %q: %w", path, err)
	}
	return err
}

// settle passes the survivors of the last instance to the caller, and reports
// whether they were adopted.
func (c claimer) settle(f *os.File, path string, pid int) (bool, error) {
	left, err := findSurvivors(f, path, pid)
	if err != nil {
		return false, notEnded(pid, err)
	}
	if left == nil {
		return false, nil
	}
	if !left.Proven {
		return false, fmt.Errorf("%w: %s in session %d of %q", ErrUnproven, left, pid, path)
	}
	if c.survivors == nil {
		return false, fmt.Errorf("instance %d was killed and left running: %s: %w", pid, left, ErrSurvivors)
	}
	err = c.survivors(left)
	return left.adopted, err
}

// ErrSurvivors is wrapped by the error of a [Claim] without a function for the
// processes that a killed instance left running.
var ErrSurvivors = errors.New("they are still running")

// ErrUnproven is wrapped if it is unknown whether a killed instance left these
// processes. They are not touched, and nothing is started.
var ErrUnproven = errors.New("cannot determine which instance left these processes")

// holder waits for the pid of the instance that holds the lock: it may have
// locked the file and not written it yet.
func (in Instances) holder(f *os.File, path string) error {
	for deadline := time.Now().Add(time.Second); ; time.Sleep(exclusiveRetry) {
		c, err := in.readContent(f)
		if err == nil && c.PID != 0 {
			if alive, err := exists(c.PID); err != nil {
				return err
			} else if alive {
				return &HeldError{Path: path, PID: c.PID}
			}
		}
		if err := lockForLife(f); !errors.Is(err, errLocked) {
			return errMoved // the other process failed: start again
		}
		if time.Now().After(deadline) {
			return &HeldError{Path: path, Holder: holderName(f, "")}
		}
	}
}

// replaceForeign removes the file if it belongs to another user, who could always
// write to it, and reports whether it did.
func replaceForeign(f *os.File, path string) (bool, error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	if ownerOf(info) != os.Geteuid() {
		return true, os.Remove(path)
	}
	if info.Mode().Perm() != mode {
		return false, f.Chmod(mode)
	}
	return false, nil
}

// write writes the pid of this process, unless another process has written since
// the file was read. After the survivors were touched, the claim must succeed, so
// write does not wait without limit for a lock of another process.
func (in Instances) write(f *os.File, seen []byte, settled bool) error {
	change := func() error {
		now, err := in.readText(f)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, seen) {
			return errMoved
		}
		return rewrite(f, Content{PID: os.Getpid()})
	}
	err := exclusively(f, change)
	if settled && errors.Is(err, ErrBusy) {
		err = change()
	}
	return err
}

// rewrite changes the content in one write. It pads a shorter content with
// newlines. So a process that is killed leaves a complete content, and a full
// file system has enough space.
func rewrite(f *os.File, c Content) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	text := c.Text()
	padding := max(0, min(int(info.Size()), maxLine)-len(text))
	if _, err := f.WriteAt(append(text, bytes.Repeat([]byte("\n"), padding)...), 0); err != nil {
		return err
	}
	if padding == 0 {
		return nil
	}
	return f.Truncate(int64(len(text)))
}
