package main

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// keptRole is a role of the test binary that prints which standard streams a daemon would
// keep with these options.
const keptRole = "SVLOOP_TEST_KEPT"

func TestMain(m *testing.M) {
	if text, set := os.LookupEnv(keptRole); set {
		if err := sayKept(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
