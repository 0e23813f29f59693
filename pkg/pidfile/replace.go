//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// Any user who may read a file can lock it without limit, by a flock(2) or by a read lock
// of the kind that proves life, which prevents the lock of an instance. So a stale file
// with a read lock is replaced by a copy. The copy is locked before others can open it.
//
// A copy has a fixed name, and the lock on it prevents other replacements. The read lock
// on the original prevents claims of the original:
//
//	lock the copy, PATH.claim (mode 0600)  one process replaces, others wait
//	take a read lock on the original       no claim of the original can succeed
//	the original is still at PATH          no other replacement has succeeded
//	rename the copy to PATH

// copySuffix is the suffix of a copy.
const copySuffix = ".claim"

// lockOrReplace takes the lock for life on the open file, or on a copy that
// replaces it, and returns the locked file.
func (in Instances) lockOrReplace(f *os.File, path string) (*os.File, error) {
	err := lockForLife(f)
	switch {
	case err == nil, errors.Is(err, errLocked), errors.Is(err, errNoLifeLock):
		return f, err
	case !errors.Is(err, errReader):
		return f, fmt.Errorf("cannot lock %q: %w", path, err)
	}
	// The file may belong to another instance, or not be a pid file.
	text, err := in.readText(f)
	if err != nil {
		return f, err
	}
	if _, err := in.parse(text); err != nil {
		return f, fmt.Errorf("%q is %w", path, err)
	}
	copied, err := replace(f, path, text)
	switch {
	case err == nil:
		f.Close()
		return copied, nil
	case errors.Is(err, errMoved), errors.Is(err, errLocked), errors.Is(err, ErrHeld):
		return f, err
	}
	return f, fmt.Errorf("cannot replace %q, which %s keeps locked: %w", path, holderName(f, errReader.Error()), err)
}

func replace(f *os.File, path string, text []byte) (copied *os.File, err error) {
	name := path + copySuffix
	copied, err = lockedCopy(path, name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.Remove(name) // no other process uses it while it is locked
			copied.Close()
		}
	}()
	if err := lockToRead(f); err != nil {
		return nil, err
	}
	switch here, err := isAt(f, path); {
	case err != nil:
		return nil, err
	case !here:
		return nil, errMoved
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := copied.Truncate(0); err != nil {
		return nil, err
	}
	if _, err := copied.WriteAt(text, 0); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 && ownerOf(info) != 0 {
		if err := copied.Chown(ownerOf(info), -1); err != nil {
			return nil, err
		}
	}
	if err := copied.Chmod(info.Mode().Perm()); err != nil {
		return nil, err
	}
	if err := setTime(copied, info.ModTime()); err != nil {
		return nil, err
	}
	return copied, os.Rename(name, path)
}

// lockedCopy creates the copy, or takes over one that a crash left, and locks it.
// It removes the copy of another user, who may have locked it without limit.
func lockedCopy(path, name string) (*os.File, error) {
	for deadline := time.Now().Add(exclusiveWait); ; time.Sleep(exclusiveRetry) {
		if _, foreign := foreignOwner(name); foreign {
			if err := os.Remove(name); err != nil {
				return nil, err
			}
		}
		f, _, err := openOrCreate(name)
		if err != nil {
			return nil, err
		}
		err = lockForLife(f)
		if err == nil {
			if here, e := isAt(f, name); here && e == nil {
				return f, nil
			}
		}
		if time.Now().After(deadline) {
			err = &HeldError{Path: path, Holder: holderName(f, "")}
		}
		f.Close()
		if err != nil && !errors.Is(err, errLocked) {
			return nil, err
		}
	}
}
