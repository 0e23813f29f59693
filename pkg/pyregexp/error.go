package pyregexp

import (
	"errors"
	"fmt"
)

// ErrTimeout is returned if a search exceeds its time limit.
var ErrTimeout = errors.New("pattern search exceeded its time limit")

// Error is the reason why an expression was rejected.
type Error struct {
	Expr   string // the expression
	Offset int    // the position of the problem, in bytes
	Msg    string // the problem

	// unsupported marks expressions that Python accepts.
	unsupported bool
}

// Error returns the message with the expression and the offset.
func (e *Error) Error() string {
	return fmt.Sprintf("cannot compile pattern %q: %s at offset %d", e.Expr, e.Msg, e.Offset)
}
