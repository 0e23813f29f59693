package configgeneral

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/printable"
)

// Pos is a place in a file. Lines and columns count from 1, columns in bytes;
// a zero Line stands for the file as a whole.
type Pos struct {
	File string
	Line int
	Col  int

	// IncludedFrom is the include directive that brought the file in, nil in
	// the file that parsing began with.
	IncludedFrom *Pos
}

// String returns FILE:LINE:COL for people, without the parts that are not known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return printable.Text(p.File)
	case p.Col == 0:
		return printable.Sprintf("%s:%d", p.File, p.Line)
	}
	return printable.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Error is a problem at a place in a configuration file. Packages that give a
// meaning to the tree report their own problems with it too.
type Error struct {
	Pos
	Err error
}

// Error returns "FILE:LINE:COL: message", then the include chain in
// parentheses, innermost first, where there is one.
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

// lossError refuses a file that the original accepts, but only by losing or
// garbling a part of it without a word.
type lossError string

func (e lossError) Error() string { return string(e) }

func errorAt(pos Pos, format string, args ...any) error {
	return &Error{Pos: pos, Err: fmt.Errorf(format, excerpts(args)...)}
}

func lossAt(pos Pos, format string, args ...any) error {
	return &Error{Pos: pos, Err: lossError(fmt.Sprintf(format, excerpts(args)...))}
}

// maxExcerpt is how much of a text from a file a message shows.
const maxExcerpt = 120

// excerpts shortens the texts among the arguments of a message.
func excerpts(args []any) []any {
	for i, arg := range args {
		if s, ok := arg.(string); ok && len(s) > maxExcerpt {
			args[i] = s[:maxExcerpt] + "..."
		}
	}
	return args
}
