package integration

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// bin is the directory of the tested binaries: they are built once for all scripts, or
// given by SVLOOP_BIN.
var bin string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	if code, done := runInNamespace(); done {
		return code
	}
	held, err := os.MkdirTemp("", "svloop-held-")
	if err == nil {
		err = os.Setenv("SVCTL_RUNTIME_DIR", filepath.Join(held, "run")) // root's would keep what was held by hand
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(held)
	bin = os.Getenv("SVLOOP_BIN")
	if bin == "" {
		dir, err := os.MkdirTemp("", "svloop-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		// Programs of another user need access to the binaries.
		if err := os.Chmod(dir, 0o755); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		bin = dir
		build := exec.Command("go", "build", "-trimpath", "-o", dir, "../cmd/...", "./program")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "cannot build: %v\n%s", err, text)
			return 1
		}
		if err := os.Symlink("svctl", filepath.Join(dir, "simplevisor")); err != nil { // as the packages have it
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// TestSvloop runs the scripts for svloop, all in parallel.
func TestSvloop(t *testing.T) { runScripts(t, "svloop") }

// TestSvloopAsRoot runs the scripts that need root.
func TestSvloopAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		leaveOut(t, "these scripts need root")
	}
	runScripts(t, "svloop-root")
}

func runScripts(t *testing.T, name string) {
	// testscript would leave its own directory if -run selects single scripts.
	work, err := os.MkdirTemp("", "svloop-scripts-")
	if err == nil {
		err = os.Chmod(work, 0o755) // as to the binaries
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(work); err != nil {
			t.Error(err)
		}
	})
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", name),
		WorkdirRoot:         work,
		Setup:               setUp,
		Cmds:                commands,
		Condition:           condition,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// leaveOut skips a test that cannot run on this host. In CI it fails.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}
