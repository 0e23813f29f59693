package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestUnlink removes a link to the target, and no other.
func TestUnlink(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/somewhere/else", link); err != nil {
		t.Fatal(err)
	}
	unlink := func(target string) {
		t.Helper()
		if err := (Step{Unlink: link, Target: target}).Do(context.Background()); err != nil {
			t.Error(err)
		}
	}
	unlink("/etc/sv/x")
	if _, err := os.Lstat(link); err != nil {
		t.Errorf("a link of others is gone: %v", err)
	}
	unlink("/somewhere/else")
	if _, err := os.Lstat(link); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is left: %v", err)
	}
	unlink("/somewhere/else")
}

// TestStepForAReader runs a command only while its pipe is read.
func TestStepForAReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, mark := filepath.Join(dir, "pipe"), filepath.Join(dir, "mark")
	step := Step{Argv: []string{"touch", mark}, Reader: pipe}
	run := func() (done bool) {
		t.Helper()
		if err := step.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		return os.Remove(mark) == nil
	}
	if run() {
		t.Error("it was run without the pipe")
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if run() {
		t.Error("it was run without a reader")
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !run() {
		t.Error("it was not run with a reader")
	}
	// A forked child of another test may have the pipe open, too.
	syscall.ForkLock.RLock()
	reader.Close()
	syscall.ForkLock.RUnlock()
	if run() {
		t.Error("it was run after the reader")
	}
}

// TestForget removes the state of a monitor, and nothing else, after the monitor has
// exited.
func TestForget(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "x")
	for _, name := range []string{"supervise", "event", "log"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pipe := filepath.Join(dir, "supervise/control")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	step := Step{Forget: dir}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	want := "cannot remove the state in " + dir + ": its monitor still runs"
	if err := step.Do(ctx); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	left := func() string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(strings.Join(found, " "), dir+"/", "")
	}
	if got := left(); got != "event log supervise" {
		t.Errorf("%s is left", got)
	}
	reader.Close()
	if err := step.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := left(); got != "log" {
		t.Errorf("%s is left", got)
	}
	if err := os.Remove(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := step.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", dir, err)
		}
	}
}
