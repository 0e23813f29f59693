package servicedef

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

// TestCompilePattern compares the results with those of Python's re.search.
func TestCompilePattern(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../pyregexp/testdata/search.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Pattern, Subject string
		Found            any // true, false or "error"
	}
	if err := json.Unmarshal(data, &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		p, err := CompilePattern(row.Pattern)
		switch {
		case row.Found == "error":
			if p != nil || err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: got %v, %v, want an error of one line", row.Pattern, p, err)
			}
		case err != nil:
			t.Errorf("%q: %v", row.Pattern, err)
		case p.MatchString(row.Subject) != row.Found:
			t.Errorf("%q in %q: got %v", row.Pattern, row.Subject, !row.Found.(bool))
		case p.String() != row.Pattern:
			t.Errorf("%q: got %q from String", row.Pattern, p)
		}
	}
}

// TestMatchesEmpty rejects a pattern in a configuration if it matches every process. The
// compiler itself accepts it, as Python does.
func TestMatchesEmpty(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{"x*", "^", "$", `\Z`, "(?:)", "a|", "(?!x)", "(a)?", `\A\Z`, "(?=.*)", "(?s).*", "(?x) # nothing"} {
		if _, err := CompilePattern(expr); err != nil {
			t.Errorf("%q: %v", expr, err)
		}
		_, err := loadText(Apache, serviceText("start = x\npattern = "+strings.ReplaceAll(strings.ReplaceAll(expr, "$", `\$`), "#", `\#`)))
		if !errors.Is(err, ErrMatchesEmpty) {
			t.Errorf("%q: got %v, want an error that is ErrMatchesEmpty", expr, err)
		}
	}
	for _, expr := range []string{"x", ".", "^x*y", `\b`, "(?=x)"} {
		if s := service(t, "start = x\npattern = "+expr); s.Pattern == nil {
			t.Errorf("%q is not the pattern", expr)
		}
	}
}

// TestMatchArgs searches the arguments in the form of the original: with a blank after
// each, including the last.
func TestMatchArgs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		expr string
		args []string
		want bool
	}{
		{"^a b $", []string{"a", "b"}, true},
		{"b$", []string{"a", "b"}, false},
		{"b $", []string{"a", "b"}, true},
		{`b\s*$`, []string{"a", "b"}, true},
		{`\bb\b`, []string{"a", "b"}, true},
		{"^a b c $", []string{"a b", "c"}, true},
		{"^a  b $", []string{"a", "", "b"}, true},
		{"^ $", []string{""}, true},
		{"a.b", []string{"a\nb"}, false},
		{"(?s)a.b", []string{"a\nb"}, true},
		{`a[\udcff]b`, []string{"a\xffb"}, true},
		{"é", []string{"/bin/é"}, true},
	} {
		p, err := CompilePattern(test.expr)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.MatchArgs(test.args); err != nil || got != test.want {
			t.Errorf("%q in %q: got %v, %v", test.expr, test.args, got, err)
		}
	}
}

// TestMatchTimeout limits a very slow match to a second.
func TestMatchTimeout(t *testing.T) {
	t.Parallel()
	p, err := CompilePattern(`(x+x+)+\1y`)
	if err != nil {
		t.Fatal(err)
	}
	arg := strings.Repeat("x", 64)
	t.Run("MatchArgs", func(t *testing.T) {
		t.Parallel()
		if found, err := p.MatchArgs([]string{arg}); found || !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v, %v", found, err)
		}
	})
	t.Run("MatchString", func(t *testing.T) {
		t.Parallel()
		if p.MatchString(arg) {
			t.Error("it is found")
		}
	})
}

// TestContainsWords searches a start command in the arguments of a process.
func TestContainsWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, args, words string
		want              bool
	}{
		{"itself", "/usr/bin/foo", "/usr/bin/foo", true},
		{"with arguments", "/usr/bin/foo -d --conf /c", "/usr/bin/foo", true},
		{"with those arguments", "/usr/bin/foo -d --conf /c", "/usr/bin/foo -d", true},
		{"with others", "/usr/bin/foo -e -d", "/usr/bin/foo -d", false},
		{"with fewer", "/usr/bin/foo", "/usr/bin/foo -d", false},
		{"a longer name", "/usr/bin/foobar", "/usr/bin/foo", false},
		{"a longer argument", "/usr/bin/foo -dd", "/usr/bin/foo -d", false},
		{"another directory", "/usr/local/bin/foo", "/bin/foo", false},
		{"in an editor", "/usr/bin/vim /usr/bin/foo", "/usr/bin/foo", false},
		{"in an editor with options", "vi -R -- /usr/bin/foo -d", "/usr/bin/foo -d", false},
		{"in a pager, a tail, a grep", "grep -r /usr/bin/foo", "/usr/bin/foo", false},
		{"as an argument of itself", "/usr/bin/bar /usr/bin/foo", "/usr/bin/foo", false},
		{"behind a shell", "/bin/sh /usr/bin/foo -d", "/usr/bin/foo -d", true},
		{"behind Python", "/usr/bin/python3.11 -u /usr/bin/foo -d", "/usr/bin/foo -d", true},
		{"behind perl with options", "perl -w -T /usr/bin/foo", "/usr/bin/foo", true},
		{"the argument of a script", "/bin/sh /usr/bin/watch /usr/bin/foo", "/usr/bin/foo", false},
		{"a script by its name", "/bin/sh /usr/bin/foo -d", "foo -d", true},
		{"a script by a relative path", "/bin/sh /srv/bin/foo", "./bin/foo", true},
		{"a script by another name", "/bin/sh /usr/bin/barfoo", "foo", false},
		{"a shell's own command", "/bin/sh -c /usr/bin/foo", "/bin/sh -c /usr/bin/foo", true},
		{"no arguments", "", "/usr/bin/foo", false},
		{"no words", "/usr/bin/foo", "", false},
	} {
		if got := containsWords(strings.Fields(test.args), strings.Fields(test.words)); got != test.want {
			t.Errorf("%s: %q in %q: got %v", test.name, test.words, test.args, got)
		}
	}
}
