//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

func TestClaimAndRelease(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	own := fmt.Sprintf("%d\n", os.Getpid())
	if got := content(t, path); got != own {
		t.Errorf("it holds %q, want %q", got, own)
	}
	info, err := os.Lstat(path)
	check(t, err)
	if info.Mode() != 0o644 {
		t.Errorf("its mode is %v", info.Mode())
	}
	_, err = pidfile.Claim(path, noSurvivors(t))
	var held *pidfile.HeldError
	if !errors.As(err, &held) || !errors.Is(err, pidfile.ErrHeld) || held.PID != os.Getpid() || held.Path != path {
		t.Errorf("a second claim: %v", err)
	}
	if want := fmt.Sprintf("cannot claim pid file: pid file %q is held by pid %d", path, os.Getpid()); err.Error() != want {
		t.Errorf("a second claim: %v; want %s", err, want)
	}
	check(t, f.Release())
	if exists(path) {
		t.Error("the file is there after the release")
	}
	check(t, claim(t, path).Release())
}

func TestHeldErrorWithoutPID(t *testing.T) {
	t.Parallel()
	err := &pidfile.HeldError{Path: "/x"}
	if want := `pid file "/x" is being claimed by another instance`; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	for want, err := range map[string]*pidfile.HeldError{
		`pid file "/x" is being claimed by process 3 (svloop)`:         {Path: "/x", Holder: "process 3 (svloop)"},
		`pid file "/x" is held by pid 3, and belongs to user 7`:        {Path: "/x", PID: 3, Owner: "user 7"},
		`pid file "/x" may be held by pid 3: its file was not touched`: {Path: "/x", PID: 3, Doubt: errors.New("its file was not touched")},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

// The error names a process that has locked the file and not yet written its pid.
func TestClaimNamesTheHolder(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "deaf", path)
	a.mustSay("holding")
	put(t, path, "")
	_, err := pidfile.Claim(path, noSurvivors(t))
	want := fmt.Sprintf("cannot claim pid file: pid file %q is being claimed by process %d (%s)", path, a.pid(), commOf(t, a.pid()))
	if !errors.Is(err, pidfile.ErrHeld) || err.Error() != want {
		t.Errorf("claim: %v; want %s", err, want)
	}
}

// Without a function for survivors, a claim does not touch them.
func TestClaimWithoutPlan(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	check(t, claimNil(t, path).Release())
	instance, survivor := killed(t, path)
	_, err := pidfile.Claim(path, nil)
	want := fmt.Sprintf("cannot claim pid file: instance %d was killed and left running: pid %d (%s): they are still running", instance, survivor, commOf(t, survivor))
	if !errors.Is(err, pidfile.ErrSurvivors) || err.Error() != want {
		t.Errorf("%v; want %s", err, want)
	}
	if !alive(survivor) {
		t.Error("the survivor was ended")
	}
}

func claimNil(t *testing.T, path string) *pidfile.File {
	t.Helper()
	f, err := pidfile.Claim(path, nil)
	check(t, err)
	return f
}

func TestClaimTakesOver(t *testing.T) {
	t.Parallel()
	dead := deadPID(t)
	tests := []struct {
		name, text string
		mode       os.FileMode
	}{
		{"empty", "", 0o644},
		{"stale", fmt.Sprintf("%d\n", dead), 0o644},
		{"stale with a request", fmt.Sprintf("%d\nquit\n", dead), 0o644},
		{"stale and padded", fmt.Sprintf("%d%s", dead, strings.Repeat("\n", 40)), 0o644},
		{"writable by all", fmt.Sprintf("%d\n", dead), 0o666},
		{"private", fmt.Sprintf("%d\n", dead), 0o600},
		{"never given", "4194304\n", 0o644},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			put(t, path, test.text)
			check(t, os.Chmod(path, test.mode))
			f := claim(t, path)
			if got, want := content(t, path), fmt.Sprintf("%d\n", os.Getpid()); got != want {
				t.Errorf("it holds %q, want %q", got, want)
			}
			if info, err := os.Lstat(path); err != nil || info.Mode() != 0o644 {
				t.Errorf("its mode is %v (%v)", info.Mode(), err)
			}
			check(t, f.Release())
		})
	}
}

func TestClaimLeavesAlone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func(path string) error
		err  error
		want string // PATH is the quoted path
	}{
		{"a document", text("Dear Sir\n"), pidfile.ErrMalformed, `PATH is not a pid file: it holds "Dear Sir\n"`},
		{"a large document", text(strings.Repeat("x", 5000)), pidfile.ErrMalformed, `PATH is not a pid file: it is longer than 64 bytes`},
		{"pid 0", text("0\n"), pidfile.ErrMalformed, `PATH is not a pid file: it holds "0\n"`},
		{"a link", func(path string) error { return os.Symlink("/etc/passwd", path) }, pidfile.ErrNotRegular, `PATH is a symbolic link: not a regular file`},
		{"a dangling link", func(path string) error { return os.Symlink(path+".target", path) }, pidfile.ErrNotRegular, `PATH is a symbolic link: not a regular file`},
		{"a directory", func(path string) error { return os.Mkdir(path, 0o755) }, nil, `open /: is a directory`},
		{"a pipe", func(path string) error { return syscall.Mkfifo(path, 0o644) }, pidfile.ErrNotRegular, `PATH is not a regular file`},
		{"no directory for it", func(path string) error { return os.Remove(strings.TrimSuffix(path, "/x.pid")) }, os.ErrNotExist, `open /: no such file or directory`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			check(t, test.make(path))
			before, errBefore := os.Lstat(path)
			_, err := pidfile.Claim(path, noSurvivors(t))
			if err == nil || test.err != nil && !errors.Is(err, test.err) {
				t.Fatalf("claim: %v, want %v", err, test.err)
			}
			want := strings.ReplaceAll(test.want, "PATH", fmt.Sprintf("%q", path))
			want = "cannot claim pid file: " + strings.ReplaceAll(want, "open /:", "open "+path+":")
			if err.Error() != want {
				t.Errorf("claim: %v; want %s", err, want)
			}
			after, errAfter := os.Lstat(path)
			if (errBefore == nil) != (errAfter == nil) || errBefore == nil &&
				(!os.SameFile(before, after) || before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime())) {
				t.Errorf("before %v, after %v", before, after)
			}
			if exists(path + ".target") {
				t.Error("the target of the link was created")
			}
		})
	}
}

func TestClaimOfALivingInstance(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"hold", "old"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			a := start(t, kind, path)
			a.mustSay("holding")
			_, err := mixed.Claim(path, noSurvivors(t))
			var held *pidfile.HeldError
			if !errors.As(err, &held) || held.PID != a.pid() {
				t.Fatalf("claim: %v, want that pid %d holds it", err, a.pid())
			}
			if got, want := content(t, path), fmt.Sprintf("%d\n", a.pid()); got != want {
				t.Errorf("it holds %q, want %q", got, want)
			}
		})
	}
}

// Of many goroutines exactly one succeeds, each time.
func TestClaimOfManyGoroutines(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	for range 20 {
		var won atomic.Pointer[pidfile.File]
		var all sync.WaitGroup
		begin := make(chan struct{})
		for range 30 {
			all.Go(func() {
				<-begin
				f, err := pidfile.Claim(path, noSurvivors(t))
				var held *pidfile.HeldError
				switch {
				case err == nil:
					if !won.CompareAndSwap(nil, f) {
						t.Error("a second claim has won")
					}
				case !errors.As(err, &held) || held.PID != os.Getpid():
					t.Errorf("a claim that has lost: %v", err)
				}
			})
		}
		close(begin)
		all.Wait()
		if won.Load() == nil {
			t.Fatal("no claim has won")
		}
		check(t, won.Load().Release())
		if exists(path) {
			t.Fatal("the file is there after the release")
		}
	}
}

// Of many processes one succeeds, and the others name it. The file may exist before.
func TestClaimOfManyProcesses(t *testing.T) {
	t.Parallel()
	dead := deadPID(t)
	for _, before := range []string{"nothing", "empty", "stale", "stale and locked by a reader"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			path := aPath(t)
			switch before {
			case "empty":
				put(t, path, "")
			case "stale":
				put(t, path, fmt.Sprintf("%d\n", dead))
			case "stale and locked by a reader":
				put(t, path, fmt.Sprintf("%d\n", dead))
				defer lockToRead(t, path).Close()
			}
			racers := make([]*actor, 8)
			for i := range racers {
				racers[i] = start(t, "race", path)
			}
			for _, a := range racers {
				if _, err := a.stdin.WriteString("\n"); err != nil {
					t.Fatal(err)
				}
			}
			winner := 0
			said := make(map[string]int)
			for _, a := range racers {
				line := a.says()
				said[line]++
				if line == "won" {
					winner = a.pid()
				}
			}
			loser := fmt.Sprintf("held by %d", winner)
			if said["won"] != 1 || said[loser] != len(racers)-1 {
				t.Fatalf("the claims said %v", said)
			}
			if s := pidfile.Probe(path); s.State != pidfile.Running || s.PID != winner {
				t.Errorf("%+v, want pid %d", s, winner)
			}
		})
	}
}

// A release must not remove the file of a later instance.
func TestReleaseLeavesTheFileOfAnother(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	check(t, os.Remove(path))
	put(t, path, "another\n")
	check(t, f.Release())
	if got := content(t, path); got != "another\n" {
		t.Errorf("it holds %q", got)
	}
}

func TestReleaseOfARemovedFile(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	check(t, os.Remove(path))
	check(t, f.Release())
	if exists(path) {
		t.Error("the file is there again")
	}
}

func TestTouch(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	defer f.Release()
	age(t, path, time.Hour)
	check(t, f.Touch())
	info, err := os.Lstat(path)
	check(t, err)
	if since := time.Since(info.ModTime()); since < -time.Second || since > patience {
		t.Errorf("after a touch it is %s old", since)
	}
}

func TestClaimWaitsForAFlock(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, "")
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	defer old.Close()
	check(t, syscall.Flock(int(old.Fd()), syscall.LOCK_EX))
	_, err = pidfile.Claim(path, noSurvivors(t))
	if !errors.Is(err, pidfile.ErrBusy) {
		t.Errorf("claim of a file that another program keeps locked: %v", err)
	}
	if want := fmt.Sprintf("cannot claim pid file: cannot write %q: cannot lock: another program keeps the file locked", path); err == nil || err.Error() != want {
		t.Errorf("claim: %v; want %s", err, want)
	}
}
