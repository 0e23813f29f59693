//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"testing"

	"github.com/svloop/svloop/pkg/pidfile"
)

// The program of the instance, and its file, outlive it.
func TestKill(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "leave", path)
	child, err := strconv.Atoi(a.says())
	check(t, err)
	if err := pidfile.Kill(within(t), path); err != nil {
		t.Fatal(err)
	}
	if alive(a.pid()) || !alive(child) {
		t.Errorf("alive: instance %v, child %v", alive(a.pid()), alive(child))
	}
	if got := pidfile.Probe(path); got.State != pidfile.Dead || got.PID != a.pid() || got.Survivors == nil {
		t.Errorf("afterwards: %+v", got)
	}
}

func TestKillOfTheOldTool(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := startNamed(t, "simplevisor-loop", "old", path)
	a.mustSay("holding")
	if err := mixed.Kill(within(t), path); err != nil || alive(a.pid()) {
		t.Errorf("%v, alive %v", err, alive(a.pid()))
	}
}

func TestKillOfNothing(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	if err := pidfile.Kill(within(t), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
	want := fmt.Sprintf("cannot kill the instance of %q: it is dead, but its pid file exists", path)
	if err := pidfile.Kill(within(t), path); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A file proves nothing about a process without the lock, or if other users may write to
// the file.
func TestKillRefuses(t *testing.T) {
	t.Parallel()
	stranger, instance := start(t, "deaf", aPath(t)), aPath(t)
	stranger.mustSay("holding")
	named := aPath(t)
	put(t, named, fmt.Sprintf("%d\n", stranger.pid()))
	want := fmt.Sprintf("cannot kill process %d: nothing proves that it is an instance", stranger.pid())
	if err := mixed.Kill(within(t), named); err == nil || err.Error() != want {
		t.Errorf("a stranger: got %v, want %s", err, want)
	}
	a := start(t, "deaf", instance)
	a.mustSay("holding")
	check(t, os.Chmod(instance, 0o666))
	if err := mixed.Kill(within(t), instance); !errors.Is(err, pidfile.ErrUntrusted) {
		t.Errorf("a file that others may write to: %v", err)
	}
	if !alive(stranger.pid()) || !alive(a.pid()) {
		t.Errorf("alive: stranger %v, instance %v", alive(stranger.pid()), alive(a.pid()))
	}
}
