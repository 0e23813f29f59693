package pyregexp

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/dlclark/regexp2"
)

const timeLimit = time.Second

// newBacktracker returns a program for text whose characters are at most last.
func newBacktracker(tree node, last rune) (*regexp2.Regexp, error) {
	w := &backtrackWriter{last: last}
	w.write(tree)
	program, err := regexp2.Compile(w.b.String(), regexp2.None)
	if err != nil {
		return nil, err
	}
	program.MatchTimeout = timeLimit
	return program, nil
}

// backtrackWriter writes a tree in the syntax of regexp2. No group has a name, so
// that the numbers of the groups are kept.
type backtrackWriter struct {
	b    strings.Builder
	last rune
}

func (w *backtrackWriter) write(n node) {
	switch n := n.(type) {
	case *char:
		writeSet(&w.b, n.set, w.last)
	case *assertion:
		w.b.WriteString(backtrackAssertions[n.at])
	case *wordEdge:
		w.wordEdge(n)
	case sequence:
		for _, part := range n {
			w.write(part)
		}
	case alternation:
		w.parenthesis("(?:", n...)
	case *group:
		if n.number == 0 {
			w.parenthesis("(?:", n.body)
		} else {
			w.parenthesis("(", n.body)
		}
	case *atomic:
		w.parenthesis("(?>", n.body)
	case *repeat:
		w.repeat(n)
	case *reference:
		if n.ignoreCase {
			fmt.Fprintf(&w.b, `(?i:\k<%d>)`, n.number)
		} else {
			fmt.Fprintf(&w.b, `\k<%d>`, n.number)
		}
	case *condition:
		w.parenthesis(fmt.Sprintf("(?(%d)", n.number), &group{body: n.yes}, &group{body: n.no})
	case *look:
		w.parenthesis(lookOpenings[n.behind][n.negated], n.body)
	}
}

var backtrackAssertions = [...]string{
	textStart:   `\A`,
	lineStart:   `(?m:^)`,
	textEnd:     `\z`,
	lastLineEnd: `(?=\n?\z)`,
	lineEnd:     `(?m:$)`,
}

var lookOpenings = map[bool]map[bool]string{
	false: {false: "(?=", true: "(?!"},
	true:  {false: "(?<=", true: "(?<!"},
}

// parenthesis writes branches between an opening and a closing parenthesis.
func (w *backtrackWriter) parenthesis(open string, branches ...node) {
	w.b.WriteString(open)
	for i, branch := range branches {
		if i > 0 {
			w.b.WriteByte('|')
		}
		w.write(branch)
	}
	w.b.WriteByte(')')
}

// repeat writes a repeat. A possessive repeat in Python keeps not only what all
// its iterations matched, but also what each iteration matched: (?:a|ab){2}+ does
// not match "aba".
func (w *backtrackWriter) repeat(n *repeat) {
	body := n.body
	if n.mode == possessive {
		w.b.WriteString("(?>")
		body = &atomic{body}
	}
	w.parenthesis("(?:", body)
	writeCounts(&w.b, n)
	switch n.mode {
	case lazy:
		w.b.WriteByte('?')
	case possessive:
		w.b.WriteByte(')')
	}
}

// wordEdge writes \b and \B. The word characters of regexp2 are right only for
// ASCII, so for other text both sides are tested.
func (w *backtrackWriter) wordEdge(n *wordEdge) {
	// Up to Python 3.13, \B does not match in an empty string.
	const notEmpty = `(?!\A\z)`
	if w.last == unicode.MaxASCII {
		if n.negated {
			w.b.WriteString(`\B` + notEmpty)
		} else {
			w.b.WriteString(`\b`)
		}
		return
	}
	word := &char{n.word}
	before := &look{body: word, behind: true}
	notBefore := &look{body: word, behind: true, negated: true}
	after := &look{body: word}
	notAfter := &look{body: word, negated: true}
	if n.negated {
		w.write(alternation{sequence{before, after}, sequence{notBefore, notAfter}})
		w.b.WriteString(notEmpty)
	} else {
		w.write(alternation{sequence{before, notAfter}, sequence{notBefore, after}})
	}
}
