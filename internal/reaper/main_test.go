package reaper

import (
	"bufio"
	"context"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// A reaper reaps all children of the process, so these tests run one after the other, and
// none may use os/exec.

// newReaper returns a reaper that handles SIGCHLD, and kills the remaining processes of
// the test.
func newReaper(t *testing.T) *Reaper {
	t.Helper()
	if !Childless() {
		t.Fatal("there are children from before")
	}
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	signals := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(signals, syscall.SIGCHLD)
	go func() {
		defer close(done)
		for range signals {
			r.Reap()
		}
	}()
	t.Cleanup(func() {
		if err := stop(Everything(), "KILL", r.Changed()); err != nil {
			t.Error(err)
		}
		signal.Stop(signals)
		close(signals)
		<-done
	})
	return r
}

// stop terminates a target within a minute.
func stop(targets proctree.Targets, spec string, changed <-chan struct{}) error {
	schedule, err := proctree.ParseSchedule(spec)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return proctree.Stop(ctx, targets, schedule, changed)
}

// child is a shell in its own process group.
type child struct {
	pid    int
	ended  <-chan End
	output *bufio.Reader
}

// start starts a shell. Its descendants may write to the same output.
func start(t *testing.T, r *Reaper, script string) child {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reading.Close() })
	defer writing.Close()
	pid, ended, err := r.Start(func() (int, error) {
		return syscall.ForkExec("/bin/sh", []string{"sh", "-c", script}, &syscall.ProcAttr{
			Env:   os.Environ(),
			Files: []uintptr{0, writing.Fd(), 2},
			Sys:   &syscall.SysProcAttr{Setpgid: true},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return child{pid, ended, bufio.NewReader(reading)}
}

// number reads the next line of the output.
func (c child) number(t *testing.T) int {
	t.Helper()
	line, err := c.output.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// end waits for a value of a channel.
func end(t *testing.T, ended <-chan End) End {
	t.Helper()
	select {
	case e := <-ended:
		return e
	case <-time.After(time.Minute):
		t.Fatal("no exit is reported")
		panic("unreachable")
	}
}

// awaitTrue polls for a state that no event reports.
func awaitTrue(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !f(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within a minute", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func alive(pid int) bool {
	s, err := proctree.ReadStat(pid)
	return err == nil && s.Alive()
}
