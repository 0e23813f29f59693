//go:build linux

package pidfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

func TestQuitOfNothing(t *testing.T) {
	t.Parallel()
	before, err := pidfile.RequestQuit(within(t), aPath(t), nil)
	if want := (pidfile.Status{State: pidfile.Stopped, Reason: "no pid file"}); !same(before, want) || err != nil {
		t.Errorf("%+v, %v", before, err)
	}
}

func TestQuitOfAWillingInstance(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"hold", "old"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			a := startNamed(t, "simplevisor-loop", kind, path)
			a.mustSay("holding")
			before, err := mixed.RequestQuit(within(t), path, nil)
			if want := (pidfile.Status{State: pidfile.Running, PID: a.pid(), Reason: "running"}); !same(before, want) || err != nil {
				t.Errorf("%+v, %v", before, err)
			}
			if alive(a.pid()) {
				t.Error("it is still alive")
			}
			if exists(path) {
				t.Error("its file is still there")
			}
			if err := a.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// A signal wakes an instance that does not notice the request in the file. It is sent
// only with proof, the lock for life.
func TestQuitWakesAProvenInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "signal", path)
	a.mustSay("holding")
	before, err := pidfile.RequestQuit(within(t), path, nil)
	if want := (pidfile.Status{State: pidfile.Running, PID: a.pid(), Reason: "running"}); !same(before, want) || err != nil {
		t.Errorf("%+v, %v", before, err)
	}
	if err := a.Wait(); err != nil {
		t.Errorf("it ended with %v, and not by itself", err)
	}
}

// An instance of the old tool gets the request, but no signal.
func TestQuitDoesNotSignalAnOldInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := startNamed(t, "simplevisor-loop", "old", path)
	a.mustSay("holding")
	if _, err := mixed.RequestQuit(within(t), path, nil); err != nil {
		t.Error(err)
	}
	if got := a.says(); got != "asked, and not signalled" {
		t.Errorf("it was %q", got)
	}
}

// A stopped instance does not react: it and its children are killed, stopped or not.
func TestQuitOfAStoppedInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "leave", path)
	child, err := strconv.Atoi(a.says())
	check(t, err)
	a.stop()
	before, err := pidfile.RequestQuit(within(t), path, nil)
	if err != nil || before.State != pidfile.Running || before.PID != a.pid() {
		t.Errorf("%+v, %v", before, err)
	}
	if alive(a.pid()) || alive(child) {
		t.Errorf("alive: instance %v, child %v", alive(a.pid()), alive(child))
	}
	if exists(path) {
		t.Error("its file is still there")
	}
}

// An instance that does not react within three seconds is killed.
func TestQuitOfAHungInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "leave", path)
	child, err := strconv.Atoi(a.says())
	check(t, err)
	before, err := pidfile.RequestQuit(within(t), path, killAtOnce)
	if err != nil || before.State != pidfile.Running {
		t.Errorf("%+v, %v", before, err)
	}
	if alive(a.pid()) || alive(child) {
		t.Errorf("alive: instance %v, child %v", alive(a.pid()), alive(child))
	}
	if exists(path) {
		t.Error("its file is still there")
	}
}

func TestQuitOfADeadInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	put(t, path+".adopted", "4194304\n")
	before, err := pidfile.RequestQuit(within(t), path, nil)
	if err != nil || before.State != pidfile.Dead || before.Survivors == nil {
		t.Errorf("%+v, %v", before, err)
	}
	if alive(survivor) {
		t.Error("the survivor is still alive")
	}
	if exists(path) || exists(path+".adopted") {
		t.Error("its files are still there")
	}
}

func TestQuitRemovesAStaleFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", fmt.Sprintf("%d\n", deadPID(t)), fmt.Sprintf("%d\nquit\n", deadPID(t))} {
		path := aPath(t)
		put(t, path, text)
		before, err := pidfile.RequestQuit(within(t), path, nil)
		if err != nil || before.State != pidfile.Dead {
			t.Errorf("%q: %+v, %v", text, before, err)
		}
		if exists(path) {
			t.Errorf("%q: the file is still there", text)
		}
	}
}

func TestQuitRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(path string) error
		want string // PATH is the quoted path
		err  error
	}{
		{"garbage", text("hello\n"), `PATH is not a pid file: it holds "hello\n"`, nil},
		{"pid 1", text("1\nquit\n"), `PATH is not a pid file: it holds "1\nquit\n"`, nil},
		{"a link", func(path string) error { return os.Symlink("/etc/passwd", path) }, `cannot open pid file: PATH is a symbolic link: not a regular file`, pidfile.ErrNotRegular},
	}
	for _, test := range tests {
		path := aPath(t)
		check(t, test.make(path))
		before, err := pidfile.RequestQuit(within(t), path, nil)
		want := regexp.MustCompile("PATH").ReplaceAllLiteralString(test.want, fmt.Sprintf("%q", path))
		if before.State != pidfile.Unknown || err == nil || err.Error() != want || test.err != nil && !errors.Is(err, test.err) {
			t.Errorf("%s: %+v, %v; want %s", test.name, before, err, want)
		}
		if !exists(path) {
			t.Errorf("%s: the file was removed", test.name)
		}
	}
}

// The file of one user never leads to a signal to a process of another.
func TestQuitOfAStoppedInstanceThroughAFileThatOthersMayWriteTo(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "deaf", path)
	a.mustSay("holding")
	a.stop()
	check(t, os.Chmod(path, 0o666))
	_, err := pidfile.RequestQuit(within(t), path, killAtOnce)
	if !errors.Is(err, pidfile.ErrUntrusted) {
		t.Errorf("quit: %v", err)
	}
	if !alive(a.pid()) {
		t.Error("it was ended")
	}
}

func TestQuitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "deaf", path)
	a.mustSay("holding")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pidfile.RequestQuit(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("quit: %v", err)
	}
	if !alive(a.pid()) {
		t.Error("it was ended")
	}
	if got, want := content(t, path), fmt.Sprintf("%d\nquit\n", a.pid()); got != want {
		t.Errorf("the request is %q, want %q", got, want)
	}
}

// Survivors are terminated by the schedule of the caller.
func TestQuitKeepsToTheSchedule(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	_, survivor := killed(t, path)
	schedule, err := proctree.ParseSchedule("CONT/0.01")
	check(t, err)
	_, err = pidfile.RequestQuit(within(t), path, schedule)
	if !errors.Is(err, proctree.ErrStillAlive) {
		t.Errorf("quit: %v", err)
	}
	if !alive(survivor) || !exists(path) {
		t.Errorf("survivor alive %v, file there %v", alive(survivor), exists(path))
	}
}
