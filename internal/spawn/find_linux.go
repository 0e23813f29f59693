package spawn

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/workdir"
)

// find returns the path of a command as execvp(3) does: a name with a slash is a path,
// any other name is searched in the directories of PATH. Relative directories begin at
// base.
func find(name, path, base string) (string, error) {
	if strings.Contains(name, "/") {
		return absolute(name, base)
	}
	if path == "" {
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	}
	err := ErrNotFound
	for _, dir := range filepath.SplitList(path) {
		file, e := absolute(workdir.Join(dir, name), base)
		if e != nil {
			continue
		}
		info, e := os.Stat(file)
		switch {
		case e != nil || info.IsDir():
		case unix.Faccessat(unix.AT_FDCWD, file, unix.X_OK, unix.AT_EACCESS) != nil:
			err = fs.ErrPermission
		default:
			return file, nil
		}
	}
	return "", err
}

func absolute(name, base string) (string, error) {
	if filepath.IsAbs(name) {
		return name, nil
	}
	if base == "" {
		return "", errors.New("the path is relative, but the current directory was removed")
	}
	return workdir.Join(base, name), nil
}

// named returns the arguments for a program at a path.
func named(argv []string, path string, byPath bool) []string {
	if !byPath || strings.Contains(argv[0], "/") {
		return argv
	}
	return append([]string{path}, argv[1:]...)
}

// cause removes the operation and path from an error, because the message has them
// already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
