package integration

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// refused runs a command with wrong usage, and compares its message: the line, and a hint
// after " | " if the text has one.
func refused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refused TEXT PROG ARG...")
	}
	name := filepath.Base(args[1])
	text, hint, hinted := strings.Cut(args[0], " | ")
	exits(ts, false, append([]string{"2"}, args[1:]...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("unexpected output: %q", out)
	}
	want := fmt.Sprintf("%s: %s\n", name, text)
	if hinted {
		want += fmt.Sprintf("%s: hint: %s\n", name, hint)
	}
	if got := ts.ReadFile("stderr"); got != want {
		ts.Fatalf("said:\n%swant:\n%s", got, want)
	}
}
