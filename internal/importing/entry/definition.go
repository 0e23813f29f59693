package entry

import (
	"fmt"

	"github.com/svloop/svloop/pkg/printable"
)

// Definition is what one file, or one directory, defines.
type Definition struct {
	File    string // as the user wrote it
	Entries []*Entry
	Notes   []Note // on lines that belong to no entry
}

// Definitions are all definitions that one command imports.
type Definitions []*Definition

// Error is an error in a definition.
type Error struct {
	File string
	Line int    // 0: the whole file
	What string // the service, "" for the file
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

// File is a file to import.
type File struct {
	Name       string // as the user wrote it
	Path       string // absolute
	Data       string
	Executable bool
}
