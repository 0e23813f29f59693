package suggest_test

import (
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/suggest"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"pidfile", "status", "stdin", "stdout", "quit", "count", "nice"}
	tests := []struct{ word, want string }{
		{"pidfile", "pidfile"},
		{"pid-file", "pidfile"},
		{"pifdile", "pidfile"},
		{"pidfil", "pidfile"},
		{"pidfilee", "pidfile"},
		{"pdfle", ""}, // a third of five letters is one, but two are missing
		{"satus", "status"},
		{"statsu", "status"},
		{"stdim", "stdin"},
		{"stdo", ""},
		{"qiut", "quit"},
		{"quti", "quit"},
		{"mice", "nice"},
		{"n", ""},
		{"", ""},
		{"xyzzy", ""},
		{strings.Repeat("x", 1000), ""},
		{"st\xff\xfeus", "status"},
	}
	for _, test := range tests {
		if got := suggest.Nearest(test.word, words); got != test.want {
			t.Errorf("Nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
	if got := suggest.Nearest("quit", nil); got != "" {
		t.Errorf("the nearest of nothing is %q", got)
	}
	// The first of several with the same distance is returned.
	if got := suggest.Nearest("stdxn", []string{"stdin", "stdan"}); got != "stdin" {
		t.Errorf("of two it is %q", got)
	}
}
