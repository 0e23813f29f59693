package entry

import (
	"fmt"

	"github.com/svloop/svloop/pkg/printable"
)

// Definition is what a file, or a directory, defines.
type Definition struct {
	File    string // as it was given
	Entries []*Entry
	Notes   []Note // about what is in no entry
}

// Definitions are those that are imported together.
type Definitions []*Definition

// Error is what is wrong with a definition.
type Error struct {
	File string
	Line int    // 0: it is about the file
	What string // the service, or "" for the file
	Err  error
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: cannot import %q: %v", printable.Text(e.File), e.Line, e.What, e.Err)
	case e.What != "":
		return fmt.Sprintf("%s: cannot import %q: %v", e.File, e.What, e.Err)
	}
	return fmt.Sprintf("cannot import %q: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// File is a file, or a directory, that is imported.
type File struct {
	Name       string // as it was given
	Path       string // absolute
	Data       string
	Executable bool
}
