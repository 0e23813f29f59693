package integration

import (
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// noStart runs a command that must fail to start its program: it prints the reason in one
// line, perhaps with the last lines of output or a hint, and leaves no process and no pid
// file x.pid.
func noStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: nostart N TEXT PROG ARG...")
	}
	exits(ts, false, append([]string{args[0]}, args[2:]...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("unexpected output: %q", out)
	}
	name := filepath.Base(args[2]) + ": "
	first, rest, _ := strings.Cut(ts.ReadFile("stderr"), "\n")
	if first != name+args[1] {
		ts.Fatalf("said:\n%s\nwant:\n%s", first, name+args[1])
	}
	for line := range strings.Lines(rest) {
		line = strings.TrimPrefix(line, name)
		if !strings.HasPrefix(line, "stderr: ") && !strings.HasPrefix(line, "stdout: ") && !strings.HasPrefix(line, "hint: ") {
			ts.Fatalf("said in a further line:\n%s", line)
		}
	}
	// svloop still exits, and perhaps that of an earlier line.
	if left := leftAfter(ts.Getenv(mark), patience); len(left) > 0 {
		ts.Fatalf("left running: %v", left.PIDs())
	}
	if happened(ts, "file", []string{"x.pid"}) {
		ts.Fatalf("x.pid is left")
	}
}
