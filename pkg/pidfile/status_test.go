package pidfile_test

import (
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
		{"link", func(path string) error { return os.Symlink("/etc/passwd", path) }, lsb.Unknown, 0, `PATH is a symbolic link: not a plain file`},
		{"link to nothing", func(path string) error { return os.Symlink("nothing", path) }, lsb.Unknown, 0, `PATH is a symbolic link: not a plain file`},
		{"directory", func(path string) error { return os.Mkdir(path, 0o755) }, lsb.Unknown, 0, `PATH is not a plain file`},
		{"pipe", func(path string) error { return syscall.Mkfifo(path, 0o644) }, lsb.Unknown, 0, `PATH is not a plain file`},
		// It holds no lock, as the old tool, and is older than the file.
		{"an older process", text(fmt.Sprintf("%d\n", os.Getpid())), lsb.Running, os.Getpid(), `running`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			check(t, test.make(path))
			s := pidfile.Probe(path)
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
	// To read the file is enough, and to change it proves nothing.
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
	if err == nil || err.Error() != "cannot tell whom to ask: "+s.Reason {
		t.Errorf("quit: %v", err)
	}
}

// Between its end and its burial by the parent a process is a zombie.
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
	if s := pidfile.Probe(path); !same(s, want) {
		t.Errorf("a fresh file: %+v", s)
	}
	age(t, path, 61*time.Second)
	if s := pidfile.Probe(path); s.State != pidfile.Dead {
		t.Errorf("a file that was not touched for 61 s: %+v", s)
	}
}

// A fresh time stamp is no proof: the process must have been there before the
// file was, or have the name of an instance.
func TestProbeOfARecycledPID(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, "")
	// Start times are multiples of 10 ms, and 20 ms are allowed for rounding.
	time.Sleep(60 * time.Millisecond)
	innocent := start(t, "wait")
	put(t, path, fmt.Sprintf("%d\n", innocent.pid()))
	if s := pidfile.Probe(path); s.State != pidfile.Dead {
		t.Errorf("an innocent process: %+v", s)
	}
	before, err := pidfile.RequestQuit(within(t), path, nil)
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
