//go:build linux

package pidfile

import (
	"errors"
	"io/fs"
	"os"
)

// freshSuffix is the suffix of a file that is being written.
const freshSuffix = ".new"

// replaceFile replaces a file atomically: a crash leaves the old file, the new
// one, or none.
func replaceFile(name string, text []byte) error {
	f, err := writeFresh(name, text)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		os.Remove(name + freshSuffix)
		return err
	}
	return renameFresh(name)
}

// writeFresh writes what is to replace the file, and returns it open.
func writeFresh(name string, text []byte) (*os.File, error) {
	// Create the file: an existing one may be a link, or belong to another user.
	fresh := name + freshSuffix
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := open(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteAt(text, 0)
	if err == nil {
		err = f.Chmod(mode) // whatever the umask
	}
	if err != nil {
		os.Remove(fresh)
		f.Close()
		return nil, err
	}
	return f, nil
}

// renameFresh puts the written file in its place.
func renameFresh(name string) error {
	err := os.Rename(name+freshSuffix, name)
	if err != nil {
		os.Remove(name + freshSuffix)
	}
	return err
}
