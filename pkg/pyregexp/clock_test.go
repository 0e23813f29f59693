package pyregexp

import (
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
)

// TestClock tests what the package comment promises about goroutines.
func TestClock(t *testing.T) {
	stopClock(t)
	if got := search(`^/usr/sbin/\w+\b`, "/usr/sbin/httpd"); got != true {
		t.Fatalf("got %v", got)
	}
	if clockRuns(t) {
		t.Error("a regular expression has started the clock")
	}
	if got := search(`(a)\1`, "aa"); got != true {
		t.Fatalf("got %v", got)
	}
	if !clockRuns(t) {
		t.Error("no clock runs, the time limit cannot work")
	}
	stopClock(t)
}

// stopClock stops the clock and waits for its goroutine, which exits shortly after it has
// reported that.
func stopClock(t *testing.T) {
	t.Helper()
	regexp2.StopTimeoutClock()
	for deadline := time.Now().Add(time.Minute); clockRuns(t); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the clock does not stop")
		}
	}
}

func clockRuns(t *testing.T) bool {
	t.Helper()
	var stacks strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&stacks, 2); err != nil {
		t.Fatal(err)
	}
	return strings.Contains(stacks.String(), "regexp2.runClock")
}
