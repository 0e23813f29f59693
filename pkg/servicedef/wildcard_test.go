package servicedef

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestSelect selects entries by names and by patterns.
func TestSelect(t *testing.T) {
	t.Parallel()
	service := func(name string) string {
		return "<entry>\ntype = service\nname = " + name + "\ncontrol = x\n</entry>\n"
	}
	group := func(name string, children ...string) string {
		return "<entry>\ntype = supervisor\nname = " + name + "\n<children>\n" + strings.Join(children, "") + "</children>\n</entry>\n"
	}
	text := group("web", service("http"), service("cache"), group("pool", service("a1"), service("a2"))) +
		service("db") + service("a*") + service("-x") + service("web2") + service("[b]")
	c, err := Load("a.conf", Apache, fstest.MapFS{"a.conf": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, want string
		matched    bool
		err        string
	}{
		{name: "web", want: "web"},
		{name: "http", want: "web/http"},
		{name: "web/*", want: "web/http web/cache web/pool", matched: true},
		{name: "web/*/*", want: "web/pool/a1 web/pool/a2", matched: true},
		{name: "*", want: "web db a* -x web2 [b]", matched: true},
		{name: "a?", want: "web/pool/a1 web/pool/a2 a*", matched: true},
		{name: "a*", want: "a*"}, // the name has precedence
		{name: `a\*`, want: "a*", matched: true},
		{name: `d\b`, want: "db", matched: true},
		{name: "a[12]", want: "web/pool/a1 web/pool/a2", matched: true},
		{name: "a[^1-9]", want: "a*", matched: true},
		{name: "a[!1-9]", want: "a*", matched: true},
		{name: "[!a]*", want: "web db -x web2 [b]", matched: true},
		{name: `[\!a]2`, want: "web/pool/a2", matched: true},
		{name: `[a!]2`, want: "web/pool/a2", matched: true},
		{name: `[a[!]2`, want: "web/pool/a2", matched: true},
		{name: `a\[!1]`, matched: true, err: `no service in the configuration matches "a\\[!1]"`},
		{name: "[!]", matched: true, err: `pattern "[!]" is wrong: a bracket is not closed, or the backslash at the end escapes nothing`},
		{name: "[!", matched: true, err: `pattern "[!" is wrong: a bracket is not closed, or the backslash at the end escapes nothing`},
		{name: "[b]", want: "[b]"},
		{name: `\[*`, want: "[b]", matched: true},
		{name: "web*", want: "web web2", matched: true},
		{name: "-*", want: "-x", matched: true},
		{name: "*/a1", matched: true, err: `no service in the configuration matches "*/a1"`},
		{name: "x*", matched: true, err: `no service in the configuration matches "x*"`},
		{name: "[x", matched: true, err: `pattern "[x" is wrong: a bracket is not closed, or the backslash at the end escapes nothing`},
		{name: `x\`, matched: true, err: `pattern "x\\" is wrong: a bracket is not closed, or the backslash at the end escapes nothing`},
		{name: "dbb", err: `no service "dbb" in the configuration (did you mean "db"?)`},
	} {
		found, matched, err := c.Select(test.name)
		var paths []string
		for _, e := range found {
			paths = append(paths, e.Path)
		}
		message := ""
		if err != nil {
			message = err.Error()
		}
		if got := strings.Join(paths, " "); got != test.want || matched != test.matched || message != test.err {
			t.Errorf("%q: got %q, %v, %q, want %q, %v, %q", test.name, got, matched, message, test.want, test.matched, test.err)
		}
	}
}

// TestNoMatchHint lists a limited number of names.
func TestNoMatchHint(t *testing.T) {
	t.Parallel()
	if got := (&NoMatchError{Pattern: "x"}).Hint(); got != "" {
		t.Errorf("without services: got %q", got)
	}
	if got := (&NoMatchError{Paths: []string{"a", "b/c"}}).Hint(); got != "the configuration has a, b/c" {
		t.Errorf("got %q", got)
	}
	many := strings.Fields(strings.Repeat("s ", mostNames+2))
	if got := (&NoMatchError{Paths: many}).Hint(); !strings.HasSuffix(got, ", s and 2 more") {
		t.Errorf("got %q", got)
	}
}
