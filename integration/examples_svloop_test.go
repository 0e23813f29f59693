package integration

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExampleSvloopDemo runs the demo of svloop: it starts, restarts and stops a real
// program, and leaves nothing.
func TestExampleSvloopDemo(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	script, err := filepath.Abs(filepath.Join(examples, "demo-svloop.sh"))
	check(t, err)
	a := h.run(exec.Command("sh", script))
	for _, want := range []string{" started\n", " is running\n", " has ended\n", "svloop is not running\n"} {
		if a.code != 0 || !strings.Contains(a.stdout, want) {
			t.Fatalf("want %q in the demo: %v", want, a)
		}
	}
	h.wantNothing()
}
