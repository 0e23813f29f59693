package pyregexp

import (
	"errors"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzCompile: no expression makes the package panic, and a search returns soon after its
// time limit.
func FuzzCompile(f *testing.F) {
	for _, row := range searchTable(f) {
		f.Add(row.Pattern, row.Subject)
	}
	for _, test := range refusals {
		f.Add(test.expr, "")
	}
	for _, test := range searches {
		f.Add(test.expr, test.subject)
	}
	for seed := range uint64(4) {
		g := newGenerator(seed)
		for range 20 {
			f.Add(g.expression(), text(g.subject()))
		}
	}
	f.Fuzz(func(t *testing.T, expr, subject string) {
		re, err := Compile(expr)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("%v is no *Error", err)
			}
			if refusal.Offset < 0 || refusal.Offset > len(expr) {
				t.Fatalf("%q: offset %d", expr, refusal.Offset)
			}
			return
		}
		start := time.Now()
		ascii, err := re.MatchString(subject)
		if err != nil && !errors.Is(err, ErrTimeout) {
			t.Fatalf("%q in %q: %v", expr, subject, err)
		}
		if elapsed := time.Since(start); elapsed > 5*timeLimit {
			t.Fatalf("%q in %q took %v", expr, subject, elapsed)
		}
		if err != nil || re.linear == nil || !isASCII(subject) || !re.linear.accepts(subject) || !utf8.ValidString(expr) {
			return
		}
		// If package regexp has answered, the other engine must agree.
		program, err := re.wide()
		if err != nil {
			t.Fatal(err)
		}
		if wide, err := program.MatchRunes(decode(subject)); err == nil && wide != ascii {
			t.Fatalf("%q in %q: package regexp says %v, regexp2 %v", expr, subject, ascii, wide)
		}
	})
}
