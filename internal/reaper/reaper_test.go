package reaper

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

func TestStart(t *testing.T) {
	r := newReaper(t)
	for _, test := range []struct {
		script string
		exit   int
		signal unix.Signal
	}{
		{"exit 0", 0, -1},
		{"exit 3", 3, -1},
		{"kill -TERM $$", -1, unix.SIGTERM},
	} {
		c := start(t, r, test.script)
		e := end(t, c.ended)
		if !e.Known || e.Status.ExitStatus() != test.exit || e.Status.Signal() != test.signal {
			t.Errorf("%s: got %+v", test.script, e)
		}
		if r.Unreaped(c.pid) {
			t.Errorf("%s: it counts as not reaped", test.script)
		}
		if err := r.Signal(c.pid, 0); !errors.Is(err, proctree.ErrGone) {
			t.Errorf("%s: got %v from Signal after its end", test.script, err)
		}
		<-r.Changed()
	}
	if !Childless() {
		t.Error("there is still a child")
	}
}

func TestStartFails(t *testing.T) {
	r := newReaper(t)
	wrong := errors.New("wrong")
	pid, ended, err := r.Start(func() (int, error) { return 7, wrong })
	if pid != 0 || ended != nil || !errors.Is(err, wrong) {
		t.Errorf("got %d, %v, %v", pid, ended, err)
	}
	if r.Unreaped(7) {
		t.Error("7 counts as a child")
	}
}

func TestSignal(t *testing.T) {
	r := newReaper(t)
	c := start(t, r, "trap 'exit 5' USR1; echo 1; while :; do sleep 0.01; done")
	c.number(t)
	if !r.Unreaped(c.pid) || Childless() {
		t.Error("it does not count as a child")
	}
	if err := r.Signal(c.pid, unix.SIGUSR1); err != nil {
		t.Error(err)
	}
	if e := end(t, c.ended); e.Status.ExitStatus() != 5 {
		t.Errorf("got %+v", e)
	}
	if err := r.Signal(1, 0); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("got %v for a process that is not followed", err)
	}
}

func TestAwait(t *testing.T) {
	r, err := New() // without a SIGCHLD handler
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, r, "exit 1")
	r.Await(c.pid)
	if r.Unreaped(c.pid) || !Childless() {
		t.Error("it has not been waited for")
	}
	r.Await(c.pid) // a second call, and one for a foreign process, return at once
	r.Await(1)
	r.Reap()
	select {
	case e := <-c.ended:
		t.Errorf("%+v was reported, too", e)
	default:
	}
}

// TestOrphan reaps processes that other processes have left.
func TestOrphan(t *testing.T) {
	r := newReaper(t)
	c := start(t, r, "setsid sh -c 'echo $$; read line </dev/null' & exit 0")
	orphan := c.number(t)
	if e := end(t, c.ended); !e.Known || e.Status.ExitStatus() != 0 {
		t.Errorf("got %+v", e)
	}
	awaitTrue(t, "the orphan is reaped", Childless)
	if alive(orphan) {
		t.Errorf("%d is alive", orphan)
	}
}

// TestFollow reports the exit of a process that another process started, and its status
// if it had become a child.
func TestFollow(t *testing.T) {
	for _, test := range []struct {
		name, script string
		orphan       bool
	}{
		{"orphan", "sleep 1000 & echo $!", true},
		{"child of another process", "sleep 1000 & echo $!; wait; sleep 1000", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReaper(t)
			c := start(t, r, test.script)
			pid := c.number(t)
			h, err := proctree.Open(pid)
			if err != nil {
				t.Fatal(err)
			}
			followed := r.Follow(t.Context(), h)
			if test.orphan {
				end(t, c.ended)
			}
			if r.Unreaped(pid) {
				t.Error("it counts as started here")
			}
			if err := r.Signal(pid, unix.SIGTERM); err != nil {
				t.Error(err)
			}
			e := end(t, followed)
			if e.Known != test.orphan || test.orphan && e.Status.Signal() != unix.SIGTERM {
				t.Errorf("got %+v", e)
			}
			if err := r.Signal(pid, 0); !errors.Is(err, proctree.ErrGone) {
				t.Errorf("got %v from Signal after its end", err)
			}
			if err := h.Signal(0); err == nil {
				t.Error("the handle is not closed")
			}
		})
	}
}

// TestFollowNoMore stops following a process when the context is done.
func TestFollowNoMore(t *testing.T) {
	r := newReaper(t)
	c := start(t, r, "sleep 1000 & echo $!")
	pid := c.number(t)
	h, err := proctree.Open(pid)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	followed := r.Follow(ctx, h)
	cancel()
	awaitTrue(t, "it is not followed any more", func() bool { return errors.Is(r.Signal(pid, 0), proctree.ErrGone) })
	if !alive(pid) {
		t.Error("it was ended")
	}
	select {
	case e := <-followed:
		t.Errorf("got %+v", e)
	default:
	}
}
