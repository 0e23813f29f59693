package pyregexp

import (
	"errors"
	"flag"
	"slices"
	"testing"
	"unicode"
)

var (
	firstSeed = flag.Uint64("seed", 0, "first seed of the random expressions")
	seeds     = flag.Uint64("seeds", 4, "number of seeds of the random expressions")
)

// TestAgainstPython compares random expressions with Python. A different answer is a
// failure. So is the rejection of an expression that Python accepts, unless the error is
// that it is not supported.
func TestAgainstPython(t *testing.T) {
	const (
		exprsPerSeed       = 1500
		subjectsPerPattern = 6
	)
	var questions []question
	for seed := range *seeds {
		g := newGenerator(*firstSeed + seed)
		for range exprsPerSeed {
			q := question{Expr: decode(g.expression())}
			for range subjectsPerPattern {
				q.Subjects = append(q.Subjects, g.subject())
			}
			questions = append(questions, q)
		}
	}
	py := askPython(t, "search", questions)
	var count struct{ searched, found, refusedByBoth, unsupported, unanswered int }
	for i, q := range questions {
		expr := text(q.Expr)
		if !isComparable(expr, py) {
			continue
		}
		re, err := Compile(expr)
		if err != nil {
			switch {
			case py.Answers[i].Error != "":
				count.refusedByBoth++
			case mayRefuse(t, err, py):
				count.unsupported++
			default:
				t.Errorf("%q: refused (%v), Python accepts it", expr, err)
			}
			continue
		}
		if py.Answers[i].Error != "" {
			t.Errorf("%q: accepted, Python says %s", expr, py.Answers[i].Error)
			continue
		}
		for j, subject := range q.Subjects {
			want := py.Answers[i].Found[j]
			got, err := re.MatchString(text(subject))
			switch {
			case err != nil || want == nil:
				count.unanswered++
			case got != *want:
				t.Errorf("%q in %q: got %v, Python says %v", expr, text(subject), got, *want)
			default:
				count.searched++
				if got {
					count.found++
				}
			}
		}
	}
	t.Logf("Python %d.%d: %+v", py.Version[0], py.Version[1], count)
}

// mayRefuse reports whether it is documented that this expression is rejected. Python
// 3.10 still accepts global flags anywhere, with a warning.
func mayRefuse(t *testing.T, err error, py python) bool {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%v is no *Error", err)
	}
	return refusal.unsupported ||
		py.Version[1] == 10 && refusal.Msg == "global flags not at the start of the expression"
}

// isComparable reports whether Python's answers for expr are those of Python 3.11: 3.10
// has no atomic groups and possessive quantifiers, and up to 3.11.4 they do not match
// everything that they should (CPython issue 106052).
func isComparable(expr string, py python) bool {
	tree, err := parse(expr)
	if err != nil {
		return true
	}
	atomicOrPossessive := false
	walk(tree, func(n node) {
		switch n := n.(type) {
		case *atomic:
			atomicOrPossessive = true
		case *repeat:
			atomicOrPossessive = atomicOrPossessive || n.mode == possessive
		}
	})
	return !atomicOrPossessive || slices.Compare(py.Version[:], []int{3, 11, 5}) >= 0
}

// TestCharactersAgainstPython compares the sets behind \d, \s, \w and (?i), for
// all characters that are in both the versions of Unicode that Python and Go have.
func TestCharactersAgainstPython(t *testing.T) {
	py := askPython(t, "characters", []question{})
	unknown := runeSet(py.Unknown)
	for _, test := range []struct {
		name string
		got  charset
		want []rune
	}{
		{`\d`, unicodeDigit(), py.Digits},
		{`\s`, unicodeSpace(), py.Spaces},
		{`\w`, unicodeWord(), py.Words},
	} {
		want := runeSet(test.want)
		for r := rune(0); r <= unicode.MaxRune; r++ {
			if unknown.contains(r) || !isAssigned(r) {
				continue
			}
			if got, want := test.got.contains(r), want.contains(r); got != want {
				t.Errorf("%s and %U: got %v, want %v", test.name, r, got, want)
			}
		}
	}
	cased := slices.Sorted(func(yield func(rune) bool) {
		for r := range py.Cases {
			if !yield(r) {
				return
			}
		}
	})
	for _, r := range cased {
		folded := fold(single(r), 0)
		want := runeSet(py.Cases[r])
		for _, other := range cased {
			if !isAssigned(r) || !isAssigned(other) {
				continue
			}
			if got, want := folded.contains(other), want.contains(other); got != want {
				t.Errorf("(?i)%c and %c (%U, %U): got %v, want %v", r, other, r, other, got, want)
			}
		}
	}
}

func isAssigned(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z,
		unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

func runeSet(runes []rune) charset {
	var spans []span
	for _, r := range runes {
		spans = append(spans, span{r, r})
	}
	return newCharset(spans...)
}
