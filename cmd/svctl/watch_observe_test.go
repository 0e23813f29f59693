package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// observing returns an observer of a configuration.
func observing(t *testing.T, text string) *observer {
	t.Helper()
	_, conf := writeConf(t, text)
	o, err := parse([]string{"--conf", conf, "status", "--watch"})
	if err != nil {
		t.Fatal(err)
	}
	s := &invocation{options: o, env: testEnv(), stdout: &delivery{to: &output{}}, stderr: &output{}}
	if err := s.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.log.close)
	services, err := s.services()
	if err != nil {
		t.Fatal(err)
	}
	return s.newObserver(services)
}

// TestObserverWaitsForNobody has a status command that hangs beside others.
func TestObserverWaitsForNobody(t *testing.T) {
	t.Parallel()
	release := filepath.Join(t.TempDir(), "release")
	if err := os.WriteFile(release, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	o := observing(t, entry("hangs", "start = x\nstatus = /bin/sh -c while%20test%20-e%20"+release+";%20do%20sleep%200.01;%20done")+
		inState("up", 0, "running")+inState("down", 3, "running"))
	defer o.settle()
	defer cancel()
	until := func(what string, done func(observation) bool) {
		t.Helper()
		for range 3000 {
			if done(o.look(ctx, 20*time.Millisecond)) {
				return
			}
		}
		t.Errorf("after a minute: not %s", what)
	}
	until("the others", func(seen observation) bool {
		hangs, up, down := seen.services[0], seen.services[1], seen.services[2]
		return hangs.State == asking && hangs.AsExpected && up.word() == "running" && up.AsExpected && down.word() == "not running" && !down.AsExpected
	})
	if err := os.Remove(release); err != nil {
		t.Fatal(err)
	}
	until("its state", func(seen observation) bool { return seen.services[0].word() == "running" })
	// From now on, the state before stays while the command hangs.
	if err := os.WriteFile(release, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	until("the state before", func(seen observation) bool {
		return seen.services[0].word() == "running" && seen.services[0].waiting > 100*time.Millisecond
	})
}

// TestObserverSumsTrees has the processes of a whole tree.
func TestObserverSumsTrees(t *testing.T) {
	t.Parallel()
	o := observing(t, entry("self", "start = x\npattern = no-such-process-at-all"))
	o.services[0].Service.Pattern = nil
	seen := o.look(t.Context(), time.Second)
	if r := seen.services[0]; r.word() != "not running" || r.Memory != 0 || r.Uptime != 0 || seen.notice != "" {
		t.Errorf("got %+v, %q", r, seen.notice)
	}
}
