package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/runtimedir"
)

// The test binary is svctl if it is executed under that name: by a completing shell, and
// to run a command.
func TestMain(m *testing.M) {
	if runner.IsRole(os.Args) || filepath.Base(os.Args[0]) == "svctl" {
		os.Exit(run(os.Args, os.Environ(), os.Stdout, os.Stderr))
	}
	// With -race every process sleeps for a second at its exit by default.
	os.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	os.Exit(testMain(m))
}

// testEnv is the environment of svctl in the tests.
func testEnv() []string {
	return []string{"PATH=" + os.Getenv("PATH"), runtimedir.Variable + "=" + runtimeDir}
}

// runtimeDir is the runtime directory of all tests.
var runtimeDir string

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "svctl-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	runtimeDir = filepath.Join(dir, "run")
	return m.Run()
}

// output is a stream that several goroutines may write to.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// svctl runs the whole program in this process.
func svctl(args ...string) (stdout, stderr string, code int) {
	var out, errors output
	code = run(append([]string{"svctl"}, args...), testEnv(), &out, &errors)
	return out.String(), errors.String(), code
}

// answer is the output and the exit status of svctl.
type answer struct {
	stdout, stderr string
	code           int
}

// wantAnswer compares a whole answer, in which DIR stands for a directory.
func wantAnswer(t *testing.T, dir string, want answer, args ...string) {
	t.Helper()
	stdout, stderr, code := svctl(args...)
	got := answer{strings.ReplaceAll(stdout, dir, "DIR"), strings.ReplaceAll(stderr, dir, "DIR"), code}
	if got != want {
		t.Errorf("svctl %q\ngot  %+v\nwant %+v", args, got, want)
	}
}

// writeFile writes a file. A child that is forked meanwhile must not inherit the open
// file: execve(2) would fail with ETXTBSY.
func writeFile(t *testing.T, path, text string, mode os.FileMode) string {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // independent of the umask
		t.Fatal(err)
	}
	return path
}

// writeConf writes a configuration into a new directory, and returns both.
func writeConf(t *testing.T, text string) (dir, conf string) {
	t.Helper()
	dir = t.TempDir()
	return dir, writeFile(t, filepath.Join(dir, "a.conf"), strings.ReplaceAll(text, "DIR", dir), 0o644)
}

// entry is the text of a service.
func entry(name, keys string) string {
	return fmt.Sprintf("<entry>\ntype = service\nname = %s\n%s\n</entry>\n", name, keys)
}

// leaveOut skips a test that this machine cannot run. In CI it is a failure.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be skipped in CI: %s", why)
	}
	t.Skip(why)
}
