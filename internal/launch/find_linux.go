package launch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/workdir"
)

// find returns the path of a command as execvp(3) does: a name with a slash is
// a path, any other is looked for in the directories of PATH. Relative ones
// start at base.
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
		return "", errors.New("the path is relative, and the directory it starts from was removed")
	}
	return workdir.Join(base, name), nil
}

// explain tells the refusals of execve(2) apart that share an error number:
// the directory, the command, or the interpreter that it names may be missing.
func explain(err error, name, path, dir string) error {
	if dir != "" {
		if info, e := os.Stat(dir); e != nil {
			return &Error{"enter directory", dir, cause(e)}
		} else if !info.IsDir() {
			return &Error{"enter directory", dir, syscall.ENOTDIR}
		}
	}
	info, e := os.Stat(path)
	switch {
	case errors.Is(e, fs.ErrNotExist):
		err = ErrNotFound
	case e == nil && info.IsDir():
		err = syscall.EISDIR
	case e == nil && errors.Is(err, fs.ErrNotExist):
		err = errors.New("the loader that it asks for does not exist")
		if interpreter := shebang(path); interpreter != "" {
			err = fmt.Errorf("its interpreter %q does not exist", interpreter)
		}
	}
	return &Error{"execute", name, err}
}

// shebang returns the interpreter in the first line of a script.
func shebang(path string) string {
	line, _, _ := bytes.Cut(head(path), []byte("\n"))
	rest, found := bytes.CutPrefix(line, []byte("#!"))
	if fields := bytes.Fields(rest); found && len(fields) > 0 {
		return string(fields[0])
	}
	return ""
}

// isText reports whether a file may be a script: like the shells, a NUL byte
// at its beginning says no.
func isText(path string) bool {
	text := head(path)
	return len(text) > 0 && !bytes.Contains(text, []byte{0})
}

// head returns the first bytes of a file, as many as the kernel looks at.
func head(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	buf := make([]byte, 256)
	n, _ := f.Read(buf)
	return buf[:n]
}

// cause strips the operation and path from an error, which the message has.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
