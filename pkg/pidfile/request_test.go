//go:build linux

package pidfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

var lines = pidfile.Instances{Lines: true}

// keepLines keeps a file whose requests are lines.
func keepLines(t *testing.T) *kept {
	t.Helper()
	k := &kept{t: t, path: aPath(t)}
	f, err := lines.Claim(k.path, nil)
	check(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	k.events = f.Keep(ctx)
	t.Cleanup(func() {
		cancel()
		for e := range k.events {
			t.Errorf("unexpected at the end: %+v", e)
		}
		check(t, f.Release())
	})
	return k
}

func TestLinesAreRequests(t *testing.T) {
	t.Parallel()
	k := keepLines(t)
	for _, request := range []string{"quit", "wake_up", "restart_child g/a b", "wake_up", "wake_up", "restart_child é"} {
		before, instance, err := lines.Request(k.path, request)
		check(t, err)
		if before.State != pidfile.Running || before.PID != os.Getpid() || instance.PID != os.Getpid() || instance.Exited() {
			t.Errorf("asked %+v", before)
		}
		check(t, instance.Close())
		if e := k.next(); e.Request != request || e.Err != nil {
			t.Errorf("event %+v, want %q", e, request)
		}
		if got, own := content(t, k.path), fmt.Sprintf("%d\n", os.Getpid()); got != own {
			t.Errorf("after %q the file holds %q, want %q", request, got, own)
		}
	}
}

// simplevisor truncates the file and then writes to it, without a lock.
func TestRequestOfSimplevisor(t *testing.T) {
	t.Parallel()
	k := keepLines(t)
	for range 50 {
		f, err := os.OpenFile(k.path, os.O_WRONLY|os.O_TRUNC, 0)
		check(t, err)
		_, err = fmt.Fprintf(f, "%d\nrestart_child g/a\n", os.Getpid())
		check(t, err)
		check(t, f.Close())
		if e := k.next(); e.Request != "restart_child g/a" || e.Err != nil {
			t.Fatalf("event %+v", e)
		}
	}
}

func TestLinesRestore(t *testing.T) {
	t.Parallel()
	k := keepLines(t)
	for _, text := range []string{"garbage", "1\n", "4194304\nquit\n", fmt.Sprintf("%d\nqu\x00it\n", os.Getpid()), fmt.Sprintf("%d\n\xff\n", os.Getpid())} {
		rewrite(t, k.path, text)
		k.wantRestored("changed")
	}
}

func TestRequestWithoutInstance(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	if s, _, err := lines.Request(path, "wake_up"); !errors.Is(err, pidfile.ErrNotRunning) || s.State != pidfile.Stopped {
		t.Errorf("without a file: %+v, %v", s, err)
	}
	put(t, path, "4194304\n")
	if s, _, err := lines.Request(path, "wake_up"); !errors.Is(err, pidfile.ErrNotRunning) || s.State != pidfile.Dead {
		t.Errorf("of a dead instance: %+v, %v", s, err)
	}
	if got := content(t, path); got != "4194304\n" {
		t.Errorf("the file holds %q", got)
	}
	put(t, path, "x\n")
	if s, _, err := lines.Request(path, "wake_up"); err == nil || s.State != pidfile.Unknown || err.Error() != fmt.Sprintf(`"%s" is not a pid file: it holds "x\n"`, path) {
		t.Errorf("of a malformed file: %+v, %v", s, err)
	}
}

func TestOwnTouch(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f, err := pidfile.Instances{OwnTouch: true}.Claim(path, nil)
	check(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	events := f.Keep(ctx)
	long := time.Now().Add(-30 * time.Second)
	check(t, os.Chtimes(path, long, long))
	check(t, f.Touch())
	info, err := os.Stat(path)
	check(t, err)
	if age := time.Since(info.ModTime()); age > 20*time.Second {
		t.Errorf("it was touched %s ago", age)
	}
	cancel()
	for e := range events {
		t.Errorf("event %+v", e)
	}
	check(t, f.Release())
}
