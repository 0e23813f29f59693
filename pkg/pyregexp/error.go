package pyregexp

import (
	"errors"
	"fmt"
)

// ErrTimeout is returned when a search took longer than its time limit.
var ErrTimeout = errors.New("pattern search exceeded its time limit")

// Error says why an expression was refused.
type Error struct {
	Expr   string // the expression
	Offset int    // where in it the trouble is, in bytes
	Msg    string // what the trouble is

	// unsupported marks expressions that Python accepts.
	unsupported bool
}

// Error returns the message with the expression and the offset.
func (e *Error) Error() string {
	return fmt.Sprintf("cannot compile pattern %q: %s at offset %d", e.Expr, e.Msg, e.Offset)
}
