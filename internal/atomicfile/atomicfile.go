// Package atomicfile replaces a file, so that a reader finds either the old or the new
// contents, whole, at any moment.
//
// The new contents are written to a file without a name (O_TMPFILE), which disappears with
// a process that is killed, and if the disk is full. The finished file gets the name
// ".NAME.new" for the moment before it is renamed. A process that is killed at that moment
// leaves it to the next one, which removes it. Several processes may replace one file at
// the same time: each name always belongs to a finished file.
//
// Some file systems, such as NFS and older overlay file systems, have no O_TMPFILE. There
// the new file has a name of its own from the start, which a killed process leaves.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces the contents of a file, which then has this mode and belongs to the
// caller. It returns an error if the path exists and is not a regular file. A symbolic link
// is not followed: another user may own the directory, and have root replace any file.
func Write(path string, contents []byte, mode fs.FileMode) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "replace", Path: path, Err: errNotRegular}
	}
	var err error
	for range attempts {
		if err = write(path, contents, mode); !errors.Is(err, errDisturbed) {
			break
		}
	}
	return named(err, path)
}

// attempts is how often other processes may take the name of the finished file.
const attempts = 1000

// errDisturbed is the error if another process has removed the finished file. A file
// without a name gets none again then.
var errDisturbed = errors.New("other processes replace it")

func write(path string, contents []byte, mode fs.FileMode) error {
	f, err := create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(contents)
	if err == nil {
		err = f.Chmod(mode) // independent of the umask
	}
	if err == nil {
		err = f.publish(path)
	}
	if err != nil {
		f.discard()
	}
	return err
}

var errNotRegular = errors.New("it is not a regular file")

// file is a new file, with or without a name.
type file struct {
	*os.File
	temporary string // "": no name yet
}

func create(path string) (file, error) {
	f, err := nameless(filepath.Dir(path))
	if err == nil {
		return file{f, ""}, nil
	}
	if !errors.Is(err, errNoTemporary) {
		return file{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.new")
	if err != nil {
		return file{}, named(err, path)
	}
	return file{f, f.Name()}, nil
}

func (f file) discard() {
	if f.temporary != "" {
		_ = os.Remove(f.temporary)
	}
}

// named replaces the names of files that the user does not know.
func named(err error, path string) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: e.Op, Path: path, Err: e.Err}
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return &fs.PathError{Op: e.Op, Path: path, Err: e.Err}
	}
	if errors.Is(err, errDisturbed) {
		return &fs.PathError{Op: "replace", Path: path, Err: err}
	}
	return err
}

// publish gives a finished file its name.
func (f file) publish(path string) error {
	if f.temporary != "" {
		return os.Rename(f.temporary, path)
	}
	fresh := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	err := link(f.File, fresh)
	if errors.Is(err, fs.ErrExist) { // of another process, or left by a killed one
		_ = os.Remove(fresh)
		err = link(f.File, fresh)
	}
	if err != nil {
		if errors.Is(err, fs.ErrExist) {
			return errDisturbed
		}
		return err
	}
	err = os.Rename(fresh, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errDisturbed
	case err != nil:
		_ = os.Remove(fresh)
	}
	return err
}
