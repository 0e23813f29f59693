package spawn

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// explain distinguishes the errors of execve(2) that have the same number: the cause may
// be the directory, the command, or the interpreter or loader of the command.
func explain(err error, name, path, dir string) error {
	if dir != "" {
		if info, e := os.Stat(dir); e != nil {
			return &Error{"enter directory", dir, cause(e)}
		} else if !info.IsDir() {
			return &Error{"enter directory", dir, syscall.ENOTDIR}
		}
	}
	return &Error{"execute", name, whyNot(err, path)}
}

// whyNot returns the cause of an error of execve(2) for a file.
func whyNot(err error, path string) error {
	info, e := os.Stat(path)
	switch {
	case errors.Is(e, fs.ErrNotExist):
		return ErrNotFound
	case e != nil:
		return err
	case info.IsDir():
		return syscall.EISDIR
	case unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) != nil:
		return err
	}
	begin := head(path)
	interpreter, isScript := shebang(begin)
	switch {
	case isScript:
		if why := whyNoInterpreter(err, interpreter, 0); why != nil {
			return why
		}
	case beginsWithMark(begin):
		return errMark
	case errors.Is(err, fs.ErrNotExist):
		loader := loaderOf(path)
		if loader == "" {
			return errors.New("its loader does not exist")
		}
		return fmt.Errorf("its loader %q does not exist", loader)
	}
	return err
}

var errMark = errors.New(`a byte order mark (UTF-8 BOM) stands before "#!": save the script without it`)

// deepest is the number of interpreters that the kernel follows if an interpreter is a
// script itself.
const deepest = 5

// whyNoInterpreter returns the error of a script's interpreter, or nil. The interpreter
// may be a script with an interpreter of its own.
func whyNoInterpreter(err error, interpreter string, depth int) error {
	info, e := os.Stat(interpreter)
	switch {
	case e != nil:
		return withLineEnds(interpreter, fmt.Errorf("its interpreter %q %s", interpreter, missing(e)))
	case info.IsDir():
		return fmt.Errorf("its interpreter %q is a directory", interpreter)
	case unix.Faccessat(unix.AT_FDCWD, interpreter, unix.X_OK, unix.AT_EACCESS) != nil:
		return fmt.Errorf("its interpreter %q is not executable", interpreter)
	}
	next, isScript := shebang(head(interpreter))
	switch {
	case isScript && depth < deepest:
		if why := whyNoInterpreter(err, next, depth+1); why != nil {
			return fmt.Errorf("its interpreter %q cannot be executed: %w", interpreter, why)
		}
	case errors.Is(err, fs.ErrNotExist) && loaderOf(interpreter) != "":
		return fmt.Errorf("the loader %q of its interpreter %q does not exist", loaderOf(interpreter), interpreter)
	case errors.Is(err, syscall.ENOEXEC) && !isScript:
		return fmt.Errorf("its interpreter %q is not a program for this machine", interpreter)
	}
	return nil
}

// missing returns why a file cannot be examined.
func missing(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "does not exist"
	}
	return fmt.Sprintf("cannot be examined: %v", cause(err))
}
