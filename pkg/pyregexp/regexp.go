package pyregexp

import (
	"fmt"
	"sync"
	"unicode"

	"github.com/dlclark/regexp2"
)

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	expr   string
	linear *linear // nil if the expression is not regular

	// The programs of the backtracking engine, for ASCII and for any subject.
	// They differ only inside brackets, so if one compiles, so does the other.
	ascii, wide func() (*regexp2.Regexp, error)
}

// Compile parses an expression. The error is an [*Error].
func Compile(expr string) (*Regexp, error) {
	tree, err := parse(expr)
	if err != nil {
		return nil, err
	}
	re := &Regexp{
		expr:   expr,
		linear: newLinear(tree),
		ascii:  backtrackerUpTo(tree, unicode.MaxASCII),
		wide:   backtrackerUpTo(tree, unicode.MaxRune),
	}
	if re.linear == nil {
		if _, err := re.ascii(); err != nil {
			return nil, &Error{Expr: expr, Msg: fmt.Sprintf("not supported (%v)", err), unsupported: true}
		}
	}
	return re, nil
}

// backtrackerUpTo returns a function that compiles the program at its first call,
// because most expressions never need it.
func backtrackerUpTo(tree node, last rune) func() (*regexp2.Regexp, error) {
	return sync.OnceValues(func() (*regexp2.Regexp, error) { return newBacktracker(tree, last) })
}

// MatchString reports whether there is a match anywhere in s. The only error is
// [ErrTimeout].
func (re *Regexp) MatchString(s string) (bool, error) {
	engine := re.wide
	if isASCII(s) {
		if re.linear != nil && re.linear.accepts(s) {
			return re.linear.program.MatchString(s), nil
		}
		engine = re.ascii
	}
	program, err := engine()
	if err != nil {
		return false, err
	}
	found, err := program.MatchRunes(decode(s))
	if err != nil {
		return false, ErrTimeout
	}
	return found, nil
}

// MatchesEmpty reports whether the expression matches the empty string. It also
// returns true if that is unknown after the time limit.
func (re *Regexp) MatchesEmpty() bool {
	found, err := re.MatchString("")
	return found || err != nil
}

// String returns the expression as it was given.
func (re *Regexp) String() string {
	return re.expr
}
