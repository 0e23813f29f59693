//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	dead := deadPID(t)
	tests := []struct {
		name   string
		make   func(path string) error
		code   lsb.Status
		pid    int
		reason string // a regular expression; PATH is the quoted path
	}{
		{"nothing", func(string) error { return nil }, lsb.NotRunning, 0, `no pid file`},
		{"no directory", func(path string) error { return os.Remove(strings.TrimSuffix(path, "/x.pid")) }, lsb.NotRunning, 0, `no pid file`},
		{"empty", text(""), lsb.DeadPIDFile, 0, `dead, the pid file is empty`},
		{"stale", text(fmt.Sprintf("%d\n", dead)), lsb.DeadPIDFile, dead, `dead, but its pid file exists`},
		{"stale with a request", text(fmt.Sprintf("%d\nquit\n", dead)), lsb.DeadPIDFile, dead, `dead, but its pid file exists`},
		{"not given by Linux", text("4194304\n"), lsb.DeadPIDFile, 1 << 22, `dead, but its pid file exists`},
		{"garbage", text("hello\n"), lsb.Unknown, 0, `PATH is not a pid file: it holds "hello\\n"`},
		{"pid 1", text("1\n"), lsb.Unknown, 0, `PATH is not a pid file: it holds "1\\n"`},
		{"large", text(strings.Repeat("4", 100)), lsb.Unknown, 0, `PATH is not a pid file: it is longer than 64 bytes`},
		{"link", func(path string) error { return os.Symlink("/etc/passwd", path) }, lsb.Unknown, 0, `PATH is a symbolic link: not a regular file`},
		{"link to nothing", func(path string) error { return os.Symlink("nothing", path) }, lsb.Unknown, 0, `PATH is a symbolic link: not a regular file`},
		{"directory", func(path string) error { return os.Mkdir(path, 0o755) }, lsb.Unknown, 0, `PATH is not a regular file`},
		{"pipe", func(path string) error { return syscall.Mkfifo(path, 0o644) }, lsb.Unknown, 0, `PATH is not a regular file`},
		// It holds no lock, like the old tool, and is older than the file, but nothing
		// identifies it as one.
		{"an older process", text(fmt.Sprintf("%d\n", os.Getpid())), lsb.Unknown, os.Getpid(), `unknown: process \d+ \(.*\): nothing proves that it is an instance`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			check(t, test.make(path))
			s := mixed.Probe(path)
			pattern := "^" + strings.ReplaceAll(test.reason, "PATH", regexp.QuoteMeta(fmt.Sprintf("%q", path))) + "$"
			if s.Code() != test.code || s.PID != test.pid || s.Survivors != nil || !regexp.MustCompile(pattern).MatchString(s.Reason) {
				t.Errorf("%+v; want code %d, pid %d, %s", s, test.code, test.pid, pattern)
			}
			if r := s.Record(); r != nil {
				t.Errorf("a record of nobody: %+v", r)
			}
		})
	}
}

func text(s string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(s), 0o644) }
}

func TestProbeOfAnInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "hold", path)
	a.mustSay("holding")
	want := pidfile.Status{State: pidfile.Running, PID: a.pid(), Reason: "running"}
	if s := pidfile.Probe(path); !same(s, want) {
		t.Errorf("a running instance: %+v", s)
	}
	record := pidfile.Probe(path).Record()
	if record == nil || !reflect.DeepEqual(*record, aRecord) {
		t.Errorf("its record: %+v, want %+v", record, aRecord)
	}
	// The right to read the file suffices, and a change of the file proves nothing.
	check(t, os.Chmod(path, 0o444))
	a.stop()
	age(t, path, 59*time.Second)
	if s := pidfile.Probe(path); !same(s, want) {
		t.Errorf("a stopped instance: %+v", s)
	}
	age(t, path, 65*time.Second)
	s := pidfile.Probe(path)
	if s.State != pidfile.Stuck || s.PID != a.pid() || s.Reason != "stuck: it has not touched its pid file for 1m5s" {
		t.Errorf("an instance that has been stopped for long: %+v", s)
	}
	a.kill()
	want = pidfile.Status{State: pidfile.Dead, PID: a.pid(), Reason: "dead, but its pid file exists"}
	if s := pidfile.Probe(path); !same(s, want) || s.Record() != nil {
		t.Errorf("a killed instance: %+v", s)
	}
}

// An instance locks its file before it writes to it.
func TestProbeOfAClaim(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "hold", path)
	a.mustSay("holding")
	a.stop() // so that it does not restore the file
	put(t, path, "")
	s := pidfile.Probe(path)
	if s.State != pidfile.Unknown || s.PID != 0 || s.Reason != fmt.Sprintf("an instance holds %q and has not written its pid", path) {
		t.Errorf("status: %+v", s)
	}
	_, err := pidfile.RequestQuit(within(t), path, nil)
	if err == nil || err.Error() != s.Reason {
		t.Errorf("quit: %v", err)
	}
}

// Between its exit and the moment when its parent reaps it, a process is a zombie.
func TestProbeOfAZombie(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "deaf", path)
	a.mustSay("holding")
	check(t, a.Process.Kill())
	if s := pidfile.Probe(path); s.State != pidfile.Dead || s.PID != a.pid() {
		t.Errorf("killed and not reaped: %+v", s)
	}
}

func TestProbeOfTheOldTool(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	old := startNamed(t, "simplevisor-loop", "old", path)
	old.mustSay("holding")
	want := pidfile.Status{State: pidfile.Running, PID: old.pid(), Reason: "running"}
	if s := mixed.Probe(path); !same(s, want) {
		t.Errorf("a fresh file: %+v", s)
	}
	// The old tool writes whole seconds.
	second := time.Now().Truncate(time.Second)
	check(t, os.Chtimes(path, second, second))
	if s := mixed.Probe(path); !same(s, want) {
		t.Errorf("in the first second: %+v", s)
	}
	stat, err := proctree.ReadStat(old.pid())
	check(t, err)
	for _, test := range []struct {
		age  time.Duration
		want string
	}{
		{61 * time.Second, "its pid file was not touched for 1m1s"},
		{365 * 24 * time.Hour, "its pid file was not touched for 8760h0m0s"},
		{-time.Hour, "the timestamp of its pid file is in the future"},
		{time.Since(stat.StartTime()) + 2*time.Second, "it started after its pid file was touched"},
	} {
		age(t, path, test.age)
		want := fmt.Sprintf("process %d (%s) lives, but %s", old.pid(), commOf(t, old.pid()), test.want)
		if s := mixed.Probe(path); s.State != pidfile.Unknown || s.PID != old.pid() || s.Reason != "unknown: "+want {
			t.Errorf("%+v; want %s", s, want)
		}
		_, err := mixed.Claim(path, noSurvivors(t))
		var held *pidfile.HeldError
		if !errors.As(err, &held) || held.PID != old.pid() {
			t.Errorf("claim: %v", err)
		}
		if want := fmt.Sprintf("cannot claim pid file: pid file %q may be held by pid %d: %s", path, old.pid(), want); err.Error() != want {
			t.Errorf("claim: %v; want %s", err, want)
		}
	}
	if before, err := mixed.RequestQuit(within(t), path, nil); err != nil || before.PID != old.pid() || alive(old.pid()) {
		t.Errorf("quit: %+v, %v", before, err)
	}
}

// With the zero value, a process without a lock and without a heartbeat is not an
// instance, whatever its name: the file is stale, and the process is not touched.
func TestZeroInstances(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	old := startNamed(t, "simplevisor-loop", "old", path)
	old.mustSay("holding")
	if s := pidfile.Probe(path); s.State != pidfile.Dead || s.PID != old.pid() {
		t.Errorf("status: %+v", s)
	}
	if err := pidfile.Kill(within(t), path); err == nil {
		t.Error("it was killed")
	}
	f, err := pidfile.Claim(path, nil)
	check(t, err)
	check(t, f.Release())
	if !alive(old.pid()) {
		t.Error("the process was ended")
	}
}

// An instance that a signal has stopped is killed.
func TestQuitOfAStoppedOldInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	old := startNamed(t, "simplevisor-loop", "old", path)
	old.mustSay("holding")
	old.stop()
	age(t, path, 10*time.Minute)
	if _, err := mixed.RequestQuit(within(t), path, killAtOnce); err != nil {
		t.Error(err)
	}
	if alive(old.pid()) || exists(path) {
		t.Errorf("alive %v, file %v", alive(old.pid()), exists(path))
	}
}

// A process that is not proven to be an instance gets no request and no signal, and its
// file is not claimed.
func TestUnprovenProcess(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	stranger := start(t, "old", path)
	stranger.mustSay("holding")
	reason := fmt.Sprintf("process %d (%s): nothing proves that it is an instance", stranger.pid(), commOf(t, stranger.pid()))
	if s := mixed.Probe(path); s.State != pidfile.Unknown || s.Reason != "unknown: "+reason {
		t.Errorf("status: %+v; want %s", s, reason)
	}
	if _, err := mixed.RequestQuit(within(t), path, nil); err == nil || err.Error() != reason {
		t.Errorf("quit: %v; want %s", err, reason)
	}
	if got, want := content(t, path), fmt.Sprintf("%d\n", stranger.pid()); got != want {
		t.Errorf("after the quit it holds %q, want %q", got, want)
	}
	if !alive(stranger.pid()) {
		t.Error("the stranger was ended")
	}
}

// A fresh timestamp is no proof: the process must be older than the file, or have the
// name of an instance.
func TestProbeOfARecycledPID(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, "")
	// Start times are multiples of 10 ms, and the tolerance for rounding is 20 ms.
	time.Sleep(60 * time.Millisecond)
	innocent := start(t, "wait")
	put(t, path, fmt.Sprintf("%d\n", innocent.pid()))
	if s := mixed.Probe(path); s.State != pidfile.Dead {
		t.Errorf("an innocent process: %+v", s)
	}
	before, err := mixed.RequestQuit(within(t), path, nil)
	if err != nil || before.State != pidfile.Dead {
		t.Errorf("quit: %+v, %v", before, err)
	}
	if exists(path) {
		t.Error("the stale file is still there after a quit")
	}
	if !alive(innocent.pid()) {
		t.Error("the innocent process was ended")
	}
}

func BenchmarkProbe(b *testing.B) {
	path := aPath(b)
	a := start(b, "hold", path)
	a.mustSay("holding")
	b.ReportAllocs()
	for b.Loop() {
		if s := pidfile.Probe(path); s.State != pidfile.Running {
			b.Fatalf("%+v", s)
		}
	}
}

// Another instance of the old tool may have the reused pid. It may get a request, but is
// not killed.
func TestQuitOfAnotherOldInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, "")
	// Start times are multiples of 10 ms, and the tolerance for rounding is 20 ms.
	time.Sleep(60 * time.Millisecond)
	other := startNamed(t, "simplevisor-loop", "old", aPath(t))
	other.mustSay("holding")
	other.stop()
	put(t, path, fmt.Sprintf("%d\n", other.pid()))
	age(t, path, 10*time.Minute)
	want := fmt.Sprintf("process %d does not react: nothing proves that it is an instance", other.pid())
	if _, err := mixed.RequestQuit(within(t), path, killAtOnce); err == nil || err.Error() != want {
		t.Errorf("quit: %v; want %s", err, want)
	}
	if !alive(other.pid()) || !exists(path) {
		t.Errorf("alive %v, file %v", alive(other.pid()), exists(path))
	}
}
