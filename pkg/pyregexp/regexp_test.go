package pyregexp

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
)

type searchRow struct {
	Pattern, Subject string
	Found            any // true, false or "error"
}

func searchTable(t testing.TB) []searchRow {
	t.Helper()
	data, err := os.ReadFile("testdata/search.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []searchRow
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestSearchTable compares the results with Python's own answers.
func TestSearchTable(t *testing.T) {
	for _, row := range searchTable(t) {
		if got := search(row.Pattern, row.Subject); got != row.Found {
			t.Errorf("%q in %q: got %v, want %v", row.Pattern, row.Subject, got, row.Found)
		}
	}
}

// search returns true, false or, if the expression is rejected, "error".
func search(expr, subject string) any {
	re, err := Compile(expr)
	if err != nil {
		return "error"
	}
	found, err := re.MatchString(subject)
	if err != nil {
		return err
	}
	return found
}

// searches are cases that the table lacks. The answers are Python 3.11's.
var searches = []struct {
	expr, subject string
	want          bool
}{
	{`\w`, "é", true},
	{`(?a)\w`, "é", false},
	{`(?a:\w)|\d`, "٣", true},
	{`\d`, "²", false},
	{`\w`, "²", true},
	{`\s`, "\x1c", true},
	{`(?a)\s`, "\x1c", false},
	{`\bé\b`, "a é b", true},
	{`(?a)a\b`, "aé", true},
	{`a\b`, "aé", false},
	{`\B`, "", false},
	{`\B`, "é", false},
	{`\B`, "éé", true},
	{`(?i)É`, "é", true},
	{`(?ai)É`, "é", false},
	{`(?i)k`, "\u212a", true},
	{`(?ai)k`, "\u212a", false},
	{`(?i)[^a-z]`, "\u212a", false},
	{`(?i)ß`, "ẞ", true},
	{`(?i)\w`, "\u0345", false},
	{`(?i)[ι]`, "\u0345", true},
	{`(?i:a)b`, "AB", false},
	{`(?i)(?-i:a)b`, "aB", true},
	{`(?i)(a)\1`, "aA", true},
	{`(?i)(é)\1`, "éÉ", true},
	{`a$`, "a\n", true},
	{`a$`, "a\n\n", false},
	{`a\Z`, "a\n", false},
	{`(?m)a$`, "a\nb", true},
	{`^b`, "a\nb", false},
	{`.`, "\n", false},
	{`(?s:.)`, "\n", true},
	{`(?x) a b # c`, "ab", true},
	{`(?x: a b ) c`, "ab c", true},
	{`(?x)a\ b[ ]c`, "a b c", true},
	{`a(?#b)*`, "", true},
	{`^(?:(a)|b)(?(1)c|d)$`, "ac", true},
	{`^(?:(a)|b)(?(1)c|d)$`, "bc", false},
	{`^(?(1)a|b)(c)?`, "b", true},
	{`(?P<x>a)(?(x)b)`, "ab", true},
	{`^a++a`, "aaa", false},
	{`^(?>a*)b`, "aab", true},
	{`^(?:a|ab){2}+`, "aba", false},
	{`(?<=é)a`, "éa", true},
	{`(?<!a|b)c`, "ac", false},
	{`\101\x41\u0041\U00000041`, "AAAA", true},
	{`[\101-\x43]`, "B", true},
	{`\_\-\é`, "_-é", true},
	{`[[:alpha:]]`, "a]", true},
	{`[a&&b]`, "&", true},
	{`[a-z-[b]]`, "b]", true},
	{`a{,2}b`, "aab", true},
	{`^a{,}$`, "aaaa", true},
	{`x{`, "x{", true},
	{`x{1,b}`, "x{1,b}", true},
	{`^.$`, "\xff", true},
	{`\w`, "\xff", false},
	{`\udcff`, "\xff", true},
	{"\xff+$", "\xff\xff", true},
	{`[^a]`, "\xff", true},
	{`\ufffd`, "\xff", false},
	{`^..$`, "\xe2\x82", true},
}

func TestMatchString(t *testing.T) {
	for _, test := range searches {
		if got := search(test.expr, test.subject); got != test.want {
			t.Errorf("%q in %q: got %v, want %v", test.expr, test.subject, got, test.want)
		}
	}
}

// TestSearchesAgainstPython compares the table with Python, too.
func TestSearchesAgainstPython(t *testing.T) {
	var questions []question
	for _, test := range searches {
		questions = append(questions, question{decode(test.expr), [][]rune{decode(test.subject)}})
	}
	py := askPython(t, "search", questions)
	for i, test := range searches {
		answer := py.Answers[i]
		if !isComparable(test.expr, py) {
			continue
		}
		if answer.Error != "" {
			t.Errorf("%q: Python says %s", test.expr, answer.Error)
			continue
		}
		if found := answer.Found[0]; found == nil || *found != test.want {
			t.Errorf("%q in %q: Python does not say %v", test.expr, test.subject, test.want)
		}
	}
}

func TestMatchesEmpty(t *testing.T) {
	for expr, want := range map[string]bool{
		``: true, `a*`: true, `a|`: true, `^$`: true, `(?=a*)`: true, `()\1`: true, `(?!a)`: true,
		`a`: false, `\b`: false, `\B`: false, `.`: false, `(a)?\1`: false, `(?<=a)`: false,
	} {
		re, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := re.MatchesEmpty(); got != want {
			t.Errorf("%q: got %v, want %v", expr, got, want)
		}
	}
}

func TestTimeout(t *testing.T) {
	re, err := Compile(`^(a+)+(?!b)c`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.MatchString(strings.Repeat("a", 40)); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v, want %v", err, ErrTimeout)
	}
}

// TestEngineChoice: a regular expression never costs exponential time.
func TestEngineChoice(t *testing.T) {
	for expr, want := range map[string]bool{
		`^(a+)+$`: true, `(?i)a|b*?`: true, `\bfoo\B`: true, `(?m)^a$`: true, `[^\W\d_]{3}`: true,
		`(a)\1`: false, `(?=a)`: false, `a*+`: false, `(?>a)`: false, `(?(1)a)()`: false, `a{1001}`: false,
	} {
		re, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := re.linear != nil; got != want {
			t.Errorf("%q: linear %v, want %v", expr, got, want)
		}
	}
}

// TestConcurrentUse is for the race detector: programs are compiled on demand.
func TestConcurrentUse(t *testing.T) {
	re, err := Compile(`^\B|(é|a)\1$`)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for subject, want := range map[string]bool{"": false, "bab": false, "baa": true, "éé": true} {
				if got, err := re.MatchString(subject); err != nil || got != want {
					t.Errorf("%q: got %v, %v, want %v", subject, got, err, want)
				}
			}
		})
	}
	group.Wait()
}

func TestString(t *testing.T) {
	const expr = `(?x) a # comment`
	re, err := Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	if got := re.String(); got != expr {
		t.Errorf("got %q, want %q", got, expr)
	}
}
