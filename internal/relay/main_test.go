package relay

import (
	"os"
	"testing"

	"github.com/svloop/svloop/internal/reexec"
)

// The test binary is executed again as the relay, as svctl is.
func TestMain(m *testing.M) {
	if code, played := reexec.Play(os.Args, Role); played {
		os.Exit(code)
	}
	// With -race every process sleeps for a second at its exit by default.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(m.Run())
}
