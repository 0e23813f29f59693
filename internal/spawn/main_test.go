package spawn

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/svloop/svloop/internal/reexec"
)

func TestMain(m *testing.M) {
	// The test binary plays its own role, as svloop does.
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

// leaveOut skips a test that this machine cannot run. In CI it is a failure.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be left out in CI: %s", why)
	}
	t.Skip(why)
}
