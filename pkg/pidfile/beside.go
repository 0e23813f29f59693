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

// writeFresh writes the replacement of the file, and returns it open.
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

// trusted reports whether a file next to a pid file is believed: it belongs to root, to
// this user or to one other user, and no other user may write to it.
func trusted(info fs.FileInfo, other int) bool {
	owner := ownerOf(info)
	return info.Mode().Perm()&0o022 == 0 && (owner == 0 || owner == os.Geteuid() || owner == other)
}

// errElse is wrapped by the error for a file that has the name of a note, a heartbeat or
// the record of a failure, and is something else. Such a file is not touched.
var errElse = errors.New("the file exists and is not")

// removeBeside removes a file next to a pid file, and a partial new one that a crash
// left, unless check returns that it is something else.
func removeBeside(name string, check func(name string) error) error {
	for _, name := range []string{name + freshSuffix, name} {
		if err := check(name); errors.Is(err, fs.ErrNotExist) || errors.Is(err, errElse) || errors.Is(err, ErrNotRegular) {
			continue
		}
		if err := discard(name); err != nil {
			return err
		}
	}
	return nil
}

// discard removes a file next to a pid file. If the file of another user cannot
// be removed, as in a sticky directory, it is kept: it is not trusted, and must
// not prevent a start.
func discard(name string) error {
	err := os.Remove(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	info, e := os.Lstat(name)
	if e == nil && errors.Is(err, fs.ErrPermission) && ownerOf(info) != 0 && ownerOf(info) != os.Geteuid() {
		return nil
	}
	return err
}
