// Package hint attaches a hint for the user to an error. The hint is printed on a line of
// its own, after the error.
package hint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// hinted is an error with a hint.
type hinted struct {
	error
	hint string
}

func (h *hinted) Unwrap() error { return h.error }

// Hint returns what the user can do.
func (h *hinted) Hint() string { return h.hint }

// With returns the error with a hint, or the error itself if the hint is empty.
func With(err error, hint string) error {
	if hint == "" {
		return err
	}
	return &hinted{err, hint}
}

// Of returns the hint of an error, or nothing. An error of any type may have the method
// Hint.
func Of(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// ToWrite adds a hint to the error of a file that could not be opened to be written, if
// its directory is missing or the user may not open it.
func ToWrite(err error) error {
	var e *fs.PathError
	if !errors.As(err, &e) || e.Op != "open" {
		return err
	}
	dir := filepath.Dir(e.Path)
	_, missing := os.Stat(dir)
	user := os.Geteuid()
	switch {
	case errors.Is(e, fs.ErrNotExist) && errors.Is(missing, fs.ErrNotExist):
		return With(err, fmt.Sprintf("create the directory %q", dir))
	case errors.Is(e, fs.ErrPermission) && user != 0:
		return With(err, fmt.Sprintf("run it as root, or name a file that user %d may write", user))
	}
	return err
}
