package integration

import (
	"fmt"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// noStart runs a command that must fail to start its program: it says why in
// one line, and nothing is left, no process and no pid file x.pid.
func noStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: nostart N TEXT PROG ARG...")
	}
	exits(ts, false, append([]string{args[0]}, args[2:]...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("unexpected output: %q", out)
	}
	want := fmt.Sprintf("%s: %s\n", filepath.Base(args[2]), args[1])
	if got := ts.ReadFile("stderr"); got != want {
		ts.Fatalf("said:\n%swant:\n%s", got, want)
	}
	if left := marked(ts.Getenv(mark)); len(left) > 0 {
		ts.Fatalf("left running: %v", left.PIDs())
	}
	if happened(ts, "file", []string{"x.pid"}) {
		ts.Fatalf("x.pid is left")
	}
}
