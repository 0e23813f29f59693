package spawn

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/svloop/svloop/internal/reexec"
)

func TestMain(m *testing.M) {
	// The test binary plays the role itself, as svloop does.
	if code, played := reexec.Play(os.Args, Role); played {
		os.Exit(code)
	}
	goleak.VerifyTestMain(m)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// leaveOut skips a test that cannot run on this host. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}
