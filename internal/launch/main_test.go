package launch

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The test binary plays its own role, as svloop does.
	if os.Args[0] == Role {
		os.Exit(Become(os.Args, os.Environ()))
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
