package printable_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/printable"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want, lines string }{
		{"", "", ""},
		{`a "b" c\x1b é`, `a "b" c\x1b é`, `a "b" c\x1b é`},
		{"日本 \u2026 \ufffd", "日本 \u2026 \ufffd", "日本 \u2026 \ufffd"},
		{"a\nb\n", `a\nb\n`, "a\nb\n"},
		{"a\r\x1b[2K\tb\x00\a\x7f", `a\r\x1b[2K\tb\x00\a\x7f`, `a\r\x1b[2K\tb\x00\a\x7f`},
		{"caf\xe9 \xff", `caf\xe9 \xff`, `caf\xe9 \xff`},
		{"\u009b31m \u202egpj \u2028 \u00a0", `\u009b31m \u202egpj \u2028 \u00a0`, `\u009b31m \u202egpj \u2028 \u00a0`},
		{"\U000e0041", `\U000e0041`, `\U000e0041`},
	} {
		if got := printable.Text(test.text); got != test.want {
			t.Errorf("Text(%q) = %s, want %s", test.text, got, test.want)
		}
		if got := printable.Lines(test.text); got != test.lines {
			t.Errorf("Lines(%q) = %s, want %s", test.text, got, test.lines)
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 0, ""}, {"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"a\tb\n", 9, `a b\n`},
		{"aé", 2, "a…"}, {"\xe9\xe9\xe9", 2, `\xe9\xe9…`}, {"é", 1, "…"}, {"\x1b\x1b", 1, `\x1b…`},
	} {
		if got := printable.Excerpt(test.text, test.most); got != test.want {
			t.Errorf("Excerpt(%q, %d) = %s, want %s", test.text, test.most, got, test.want)
		}
	}
}

func TestFprintf(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	n, err := printable.Fprintf(&b, "%s\t%v|%-4s|%q|%d|%5.1f|%s|%v\n",
		"a\x1b", errors.New("b\nc"), "d\r", "e\x1b", 7, 1.25, printable.Raw("\x1b[32mf"), time.Second)
	want := "a\\x1b\tb\\nc|d\\r  |\"e\\x1b\"|7|  1.2|\x1b[32mf|1s\n"
	if b.String() != want || n != len(want) || err != nil {
		t.Errorf("got  %q (%d, %v)\nwant %q", b.String(), n, err, want)
	}
	if got := printable.Sprintf("%s %v", "a\n", nil); got != `a\n <nil>` {
		t.Errorf("got %q", got)
	}
}

func ExampleText() {
	fmt.Println(printable.Text("\x1b[31mnot red\n"))
	// Output: \x1b[31mnot red\n
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 services", 1: "1 service", 2: "2 services"} {
		if got := printable.Count(n, "service"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
