package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

// maxFile is the largest file of a configuration, in bytes. Ten thousand
// entries take about 2 MB.
const maxFile = 32 << 20

// guardedFiles is the file system without files that are unsafe to execute commands from.
type guardedFiles struct{ configgeneral.OSFiles }

var (
	errTooLarge = fmt.Errorf("the file is larger than %d MiB", maxFile>>20)
	errWritable = errors.New("the file is writable by everybody, and root would run its commands")
	errNotPlain = errors.New("not a regular file")
	errBinary   = errors.New("not a text file: it contains a NUL byte")
)

// ReadFile reads a regular text file of at most maxFile bytes.
func (guardedFiles) ReadFile(name string) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errNotPlain
	case info.Size() > maxFile:
		err = errTooLarge
	case os.Geteuid() == 0 && info.Mode().Perm()&0o002 != 0:
		err = errWritable
	}
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
	case len(data) > maxFile:
		err = errTooLarge
	case bytes.IndexByte(data, 0) >= 0:
		err = errBinary
	}
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

// explainLoad adds the name of a file that cannot be read. Syntax errors have it already.
func explainLoad(name string, err error) error {
	var path *fs.PathError
	var syntax *configgeneral.Error
	var all servicedef.Errors
	if errors.As(err, &syntax) || errors.As(err, &all) || !errors.As(err, &path) {
		return err
	}
	return fmt.Errorf("cannot read configuration %q: %w", name, path.Err)
}
