package configgeneral

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// Pos is a position in a file. Lines and columns count from 1, columns in bytes.
// If Line is 0, Pos is the whole file.
type Pos struct {
	File string
	Line int
	Col  int

	// IncludedFrom is the include directive of the file. It is nil in the first
	// file.
	IncludedFrom *Pos
}

// String returns FILE:LINE:COL for people to read, without the unknown parts.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return printable.Text(p.File)
	case p.Col == 0:
		return printable.Sprintf("%s:%d", p.File, p.Line)
	}
	return printable.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Error is a problem at a position in a configuration file. Packages that give a
// meaning to the tree also report their problems with it.
type Error struct {
	Pos
	Err error
}

// Error returns "FILE:LINE:COL: message", followed by the include chain in
// parentheses, innermost first, if there is one.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v", e.Pos, e.Err)
	separator := " ("
	for from := e.IncludedFrom; from != nil; from = from.IncludedFrom {
		printable.Fprintf(&b, "%sincluded from %s:%d", separator, from.File, from.Line)
		separator = ", "
	}
	if e.IncludedFrom != nil {
		b.WriteByte(')')
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// lossError rejects a file that the original accepts, but of which it silently
// loses or garbles a part.
type lossError string

func (e lossError) Error() string { return string(e) }

func errorAt(pos Pos, format string, args ...any) error {
	return &Error{Pos: pos, Err: fmt.Errorf(format, excerpts(args)...)}
}

func lossAt(pos Pos, format string, args ...any) error {
	return &Error{Pos: pos, Err: lossError(fmt.Sprintf(format, excerpts(args)...))}
}

// maxExcerpt is how many bytes of a text from a file a message shows.
const maxExcerpt = 120

// excerpts shortens the strings among the arguments of a message.
func excerpts(args []any) []any {
	for i, arg := range args {
		if s, ok := arg.(string); ok && len(s) > maxExcerpt {
			args[i] = s[:maxExcerpt] + "..."
		}
	}
	return args
}
