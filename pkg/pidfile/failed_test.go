//go:build linux

package pidfile_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// The record of an instance that gave up exists until the next claim.
func TestGiveUp(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	r := aRecord
	r.GaveUp, r.LastExitTime = "5 failures within 1m0s", time.Unix(1700000100, 0)
	check(t, f.GiveUp(r))
	if s := pidfile.Probe(path); s.State != pidfile.Running {
		t.Errorf("before the release: %+v", s)
	}
	check(t, f.Release())
	s := pidfile.Probe(path)
	want := "failed (exit status 1, 2 restarts, gave up at " + r.LastExitTime.Format(time.RFC3339) + " after 5 failures within 1m0s)"
	if s.State != pidfile.Failed || s.PID != 0 || s.Reason != want || s.Record() == nil || s.Record().Program != 0 {
		t.Errorf("after the release: %+v", s)
	}
	before, err := pidfile.RequestQuit(within(t), path, nil)
	if before.State != pidfile.Failed || err != nil {
		t.Errorf("quit: %+v, %v", before, err)
	}
	if s := pidfile.Probe(path); s.State != pidfile.Stopped || exists(path+".failed") {
		t.Errorf("after a quit: %+v", s)
	}
}

// A crash while the file is written leaves a part of it, which a claim removes.
func TestGiveUpHalf(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path+".failed.new", "edition 1\nrestar")
	put(t, path+".failed", "edition 1\nrestar")
	if s := pidfile.Probe(path); s.State != pidfile.Stopped {
		t.Errorf("%+v", s)
	}
	check(t, claim(t, path).Release())
	if exists(path+".failed.new") || exists(path+".failed") {
		t.Error("it is still there")
	}
	// A file that is something else is left alone.
	put(t, path+".failed", "mine\n")
	check(t, claim(t, path).Release())
	if content(t, path+".failed") != "mine\n" {
		t.Error("a file of another kind was changed")
	}
}

// A large file is not read.
func TestFailedHuge(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path+".failed", "edition 1\n")
	check(t, os.Truncate(path+".failed", 1<<40))
	if s := pidfile.Probe(path); s.State != pidfile.Stopped {
		t.Errorf("%+v", s)
	}
	put(t, path+".failed", "edition 1\ngave-up \"x\"\nlast-exit \""+strings.Repeat("x", 5000)+"\"\nend 1\n")
	if s := pidfile.Probe(path); s.State != pidfile.Failed || len(s.Reason) > 2000 {
		t.Errorf("%+v", s)
	}
}
