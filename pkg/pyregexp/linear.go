package pyregexp

import (
	"regexp"
	"strings"
	"unicode"
)

// linear is a program for package regexp. It searches only ASCII.
type linear struct {
	program *regexp.Regexp

	// edges is set if the expression has another meaning in package regexp when
	// the subject is empty or ends with a newline.
	edges bool
}

// newLinear returns nil if tree is not regular, or too big for package regexp.
func newLinear(tree node) *linear {
	w := &linearWriter{}
	if !w.write(tree) {
		return nil
	}
	program, err := regexp.Compile(w.b.String())
	if err != nil {
		return nil
	}
	return &linear{program, w.edges}
}

// accepts reports whether the answer for s is the same as in Python.
func (l *linear) accepts(s string) bool {
	return !l.edges || s != "" && s[len(s)-1] != '\n'
}

// linearWriter writes a tree in the syntax of package regexp. Only the existence
// of a match matters: groups do not capture, and greedy repeats replace lazy
// ones.
type linearWriter struct {
	b     strings.Builder
	edges bool
}

// write reports false if n cannot be written.
func (w *linearWriter) write(n node) bool {
	switch n := n.(type) {
	case *char:
		writeSet(&w.b, n.set, unicode.MaxASCII)
	case *assertion:
		w.assertion(n)
	case *wordEdge:
		if n.negated {
			// Up to Python 3.13, \B does not match in an empty string.
			w.edges = true
			w.b.WriteString(`\B`)
		} else {
			w.b.WriteString(`\b`)
		}
	case sequence:
		for _, part := range n {
			if !w.write(part) {
				return false
			}
		}
	case alternation:
		w.b.WriteString("(?:")
		for i, branch := range n {
			if i > 0 {
				w.b.WriteByte('|')
			}
			if !w.write(branch) {
				return false
			}
		}
		w.b.WriteByte(')')
	case *group:
		return w.write(n.body)
	case *repeat:
		return w.repeat(n)
	default:
		return false
	}
	return true
}

func (w *linearWriter) assertion(n *assertion) {
	switch n.at {
	case textStart:
		w.b.WriteString(`\A`)
	case lineStart:
		w.b.WriteString(`(?m:^)`)
	case textEnd:
		w.b.WriteString(`\z`)
	case lastLineEnd:
		w.edges = true
		w.b.WriteString(`\z`)
	case lineEnd:
		w.b.WriteString(`(?m:$)`)
	}
}

func (w *linearWriter) repeat(n *repeat) bool {
	if n.mode == possessive {
		return false
	}
	w.b.WriteString("(?:")
	if !w.write(n.body) {
		return false
	}
	w.b.WriteByte(')')
	writeCounts(&w.b, n)
	return true
}
