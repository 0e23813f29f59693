package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/output/nowait"
)

// fileState is what a rotation needs to know of a file.
type fileState struct {
	id       [2]uint64 // device and inode
	regular  bool
	size     int64
	links    uint64
	mode     uint32
	uid, gid int
}

func stateFrom(st *unix.Stat_t) fileState {
	return fileState{
		id: [2]uint64{st.Dev, st.Ino}, regular: st.Mode&unix.S_IFMT == unix.S_IFREG, size: st.Size, links: uint64(st.Nlink),
		mode: st.Mode & 0o777, uid: int(st.Uid), gid: int(st.Gid),
	}
}

// stateOf returns the state of an open file.
func stateOf(f *nowait.Writer) (fileState, error) {
	var st unix.Stat_t
	if err := unix.Fstat(f.Fd(), &st); err != nil {
		return fileState{}, &os.PathError{Op: "fstat", Path: f.Name(), Err: err}
	}
	return stateFrom(&st), nil
}

func sizeOf(f *nowait.Writer) (int64, error) {
	now, err := stateOf(f)
	return now.size, err
}

// lookAt returns the state of the file with this name. It follows no symbolic link.
func lookAt(path string) (fileState, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return fileState{}, &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	return stateFrom(&st), nil
}

// canRename returns an error if this process may not rename the file: the directory
// belongs to another user, or it is sticky, as /tmp, and the file does.
func canRename(dir, path string) error {
	err := unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if err == nil {
		var in, of unix.Stat_t
		user := uint32(os.Geteuid())
		if unix.Stat(dir, &in) == nil && unix.Lstat(path, &of) == nil &&
			in.Mode&unix.S_ISVTX != 0 && user != 0 && user != in.Uid && user != of.Uid {
			err = unix.EPERM
		}
	}
	if err != nil {
		return fmt.Errorf("cannot rotate %q: no file in its directory can be renamed: %w", path, err)
	}
	return nil
}

// makeLike gives a new file the owner and the mode of another. Only root may give a file
// to another user; for others the file stays their own.
func makeLike(f *nowait.Writer, like fileState) error {
	now, err := stateOf(f)
	if err != nil {
		return err
	}
	if now.uid != like.uid || now.gid != like.gid {
		if err := unix.Fchown(f.Fd(), like.uid, like.gid); err != nil && !errors.Is(err, fs.ErrPermission) {
			return &os.PathError{Op: "fchown", Path: f.Name(), Err: err}
		}
	}
	if now.mode != like.mode {
		if err := unix.Fchmod(f.Fd(), like.mode); err != nil {
			return &os.PathError{Op: "fchmod", Path: f.Name(), Err: err}
		}
	}
	return nil
}

// removeFile removes a file that is not a directory.
func removeFile(path string) error { return unix.Unlink(path) }
