//go:build linux

package pidfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// kept is a file that the test has claimed and keeps.
type kept struct {
	t      *testing.T
	path   string
	events <-chan pidfile.Event
}

func keep(t *testing.T) *kept {
	t.Helper()
	k := &kept{t: t, path: aPath(t)}
	f := claim(t, k.path)
	ctx, cancel := context.WithCancel(context.Background())
	k.events = f.Keep(ctx)
	t.Cleanup(func() {
		cancel()
		for e := range k.events {
			t.Errorf("unexpected at the end: %+v", e)
		}
		if err := f.Release(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func (k *kept) next() pidfile.Event {
	k.t.Helper()
	select {
	case e, ok := <-k.events:
		if !ok {
			k.t.Fatal("the events have ended")
		}
		return e
	case <-time.After(patience):
		k.t.Fatal("no event")
	}
	return pidfile.Event{}
}

func (k *kept) wantRestored(why string) {
	k.t.Helper()
	e := k.next()
	want := fmt.Sprintf("the pid file has been restored: another program had %s %q", why, k.path)
	if !errors.Is(e.Err, pidfile.ErrRestored) || e.Err.Error() != want || e.Request != "" {
		k.t.Fatalf("event %+v; want %s", e, want)
	}
	if got, own := content(k.t, k.path), fmt.Sprintf("%d\n", os.Getpid()); got != own {
		k.t.Errorf("it holds %q, want %q", got, own)
	}
	want2 := pidfile.Status{State: pidfile.Running, PID: os.Getpid(), Reason: "running"}
	if s := pidfile.Probe(k.path); !same(s, want2) {
		k.t.Errorf("status: %+v", s)
	}
}

func TestKeepReportsRequests(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"quit", "reload"} {
		k := keep(t)
		rewrite(t, k.path, fmt.Sprintf("%d\n%s\n", os.Getpid(), request))
		if e := k.next(); e.Request != request || e.Err != nil {
			t.Errorf("event %+v, want %q", e, request)
		}
	}
}

func TestKeepRestores(t *testing.T) {
	t.Parallel()
	k := keep(t)
	for _, text := range []string{"", "garbage", "1\n", "4194304\nquit\n", strings.Repeat("x", 5000)} {
		rewrite(t, k.path, text)
		k.wantRestored("changed")
	}
	check(t, os.Remove(k.path))
	k.wantRestored("removed or replaced")
	other := filepath.Join(filepath.Dir(k.path), "other")
	put(t, other, fmt.Sprintf("%d\nquit\n", os.Getpid()))
	check(t, os.Rename(other, k.path))
	k.wantRestored("removed or replaced")
	put(t, other, "")
	check(t, os.Rename(other, k.path))
	k.wantRestored("removed or replaced")
	// Requests are still reported.
	rewrite(t, k.path, fmt.Sprintf("%d\nquit\n", os.Getpid()))
	if e := k.next(); e.Request != pidfile.Quit {
		t.Errorf("event %+v, want a request", e)
	}
}

// A repair that fails is reported once, and retried until it succeeds.
func TestKeepTriesAgain(t *testing.T) {
	t.Parallel()
	k := keep(t)
	check(t, os.Remove(k.path))
	k.wantRestored("removed or replaced")
	link := k.path + ".link"
	check(t, os.Symlink("nothing", link))
	check(t, os.Rename(link, k.path))
	e := k.next()
	want := fmt.Sprintf("cannot restore pid file: %q is a symbolic link: not a regular file", k.path)
	if !errors.Is(e.Err, pidfile.ErrNotRegular) || e.Err.Error() != want {
		t.Fatalf("event %+v; want %s", e, want)
	}
	check(t, os.Remove(k.path))
	k.wantRestored("removed or replaced")
}

func TestKeepSaysThatAnotherHasTakenTheFile(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	defer f.Release()
	check(t, os.Remove(path))
	other := start(t, "hold", path)
	other.mustSay("holding")
	events := f.Keep(within(t))
	e := <-events
	var held *pidfile.HeldError
	if !errors.As(e.Err, &held) || held.PID != other.pid() {
		t.Errorf("event %+v, want that pid %d holds it", e, other.pid())
	}
}

// After the release the file is not created again.
func TestKeepRestoresNothingAfterTheRelease(t *testing.T) {
	t.Parallel()
	for range 50 {
		path := aPath(t)
		f := claim(t, path)
		ctx, cancel := context.WithCancel(context.Background())
		events := f.Keep(ctx)
		check(t, f.Release())
		cancel()
		for e := range events {
			t.Errorf("after the release: %+v", e)
		}
		if exists(path) {
			t.Fatal("the file is there after the release")
		}
	}
}

func TestKeepEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	defer f.Release()
	ctx, cancel := context.WithCancel(t.Context())
	events := f.Keep(ctx)
	cancel()
	if e, ok := <-events; ok {
		t.Errorf("event %+v", e)
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	if r := pidfile.Probe(path).Record(); r != nil {
		t.Errorf("a record before one was published: %+v", r)
	}
	long := aRecord
	long.Text = strings.Repeat("long ", 500)
	for _, want := range []pidfile.Record{aRecord, {}, long, aRecord, {KillSpec: "KILL", Stopping: true}} {
		check(t, f.Publish(want))
		got := pidfile.Probe(path).Record()
		if got == nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("record %+v, want %+v", got, want)
		}
	}
	check(t, f.Release())
	if r := pidfile.Probe(path).Record(); r != nil {
		t.Errorf("a record after the release: %+v", r)
	}
}

// With an old timestamp the instance would seem stuck. With one in the future, a stuck
// instance would not.
func TestKeepPutsTheTimeStampRight(t *testing.T) {
	t.Parallel()
	k := keep(t)
	for _, off := range []time.Duration{-time.Hour, time.Hour} {
		now := time.Now().Add(off)
		check(t, os.Chtimes(k.path, now, now))
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for begin := time.Now(); ; <-tick.C {
			info, err := os.Stat(k.path)
			check(t, err)
			if time.Since(info.ModTime()).Abs() < time.Minute {
				break
			}
			if time.Since(begin) > pidfile.TouchInterval/2 {
				t.Fatalf("set by %s it stays", off)
			}
		}
	}
}
