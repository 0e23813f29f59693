package control

import (
	"errors"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// mayClaim reports whether this user may write or create the pid file. Without that
// permission svloop can neither start nor be asked to quit, and its exit status does
// not name this cause.
func mayClaim(pidFile string) bool {
	err := writable(pidFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = writable(filepath.Dir(pidFile))
	}
	return !errors.Is(err, fs.ErrPermission)
}

func writable(path string) error {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS)
}
