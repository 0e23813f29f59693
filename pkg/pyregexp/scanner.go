package pyregexp

import (
	"fmt"
	"strings"
)

// eof is the character of the token after the last.
const eof = -1

// token is one character of an expression, or a backslash and the next character.
// Python also reads comments and names by these tokens, so an escaped parenthesis
// does not end a comment.
type token struct {
	r       rune
	escaped bool
	offset  int
}

func (t token) is(r rune) bool { return t.r == r && !t.escaped }

func (t token) isOneOf(chars string) bool {
	return t.r != eof && !t.escaped && strings.ContainsRune(chars, t.r)
}

func (t token) String() string {
	switch {
	case t.r == eof:
		return ""
	case t.escaped:
		return `\` + string(t.r)
	}
	return string(t.r)
}

// scanner reads the tokens of an expression.
type scanner struct {
	expr   string
	tokens []token // the last is eof
	pos    int
}

func newScanner(expr string) (*scanner, error) {
	s := &scanner{expr: expr}
	for i := 0; i < len(expr); {
		t := token{offset: i}
		if expr[i] == '\\' {
			t.escaped = true
			i++
			if i == len(expr) {
				return nil, s.errorf(t.offset, "bad escape (end of pattern)")
			}
		}
		r, size := decodeRune(expr[i:])
		t.r = r
		s.tokens = append(s.tokens, t)
		i += size
	}
	s.tokens = append(s.tokens, token{r: eof, offset: len(expr)})
	return s, nil
}

func (s *scanner) peek() token { return s.tokens[s.pos] }

func (s *scanner) next() token {
	t := s.peek()
	if t.r != eof {
		s.pos++
	}
	return t
}

func (s *scanner) accept(r rune) bool {
	if s.peek().is(r) {
		s.pos++
		return true
	}
	return false
}

// run reads up to limit tokens that are in chars.
func (s *scanner) run(limit int, chars string) string {
	start := s.pos
	for s.pos-start < limit && s.peek().isOneOf(chars) {
		s.pos++
	}
	var b strings.Builder
	for _, t := range s.tokens[start:s.pos] {
		b.WriteRune(t.r)
	}
	return b.String()
}

// until reads a text, which may not be empty, and the terminator after it. what
// names the text in errors.
func (s *scanner) until(terminator rune, what string) (string, error) {
	start := s.peek().offset
	for {
		t := s.next()
		switch {
		case t.r == eof:
			return "", s.errorf(start, "missing %c after %s", terminator, what)
		case !t.is(terminator):
		case t.offset == start:
			return "", s.errorf(start, "missing %s", what)
		default:
			return s.expr[start:t.offset], nil
		}
	}
}

func (s *scanner) errorf(offset int, format string, args ...any) error {
	return &Error{Expr: s.expr, Offset: offset, Msg: fmt.Sprintf(format, args...)}
}

// unsupportedf is errorf for an expression that Python accepts.
func (s *scanner) unsupportedf(offset int, format string, args ...any) error {
	return &Error{Expr: s.expr, Offset: offset, Msg: fmt.Sprintf(format, args...), unsupported: true}
}
