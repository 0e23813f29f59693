package reaper

import (
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestGroup terminates the group of a child, before and after the exit of the child, and
// no other process.
func TestGroup(t *testing.T) {
	for _, test := range []struct {
		name, last string
		ends       bool
	}{
		{"with its leader", "wait", false},
		{"without its leader", "exit", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReaper(t)
			c := start(t, r, "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000 & echo $!; "+test.last)
			others := []int{c.number(t), c.number(t)}
			session, member := others[0], others[1]
			if s, err := proctree.ReadStat(session); err != nil || s.PGID == c.pid {
				session, member = member, session
			}
			if test.ends {
				end(t, c.ended)
			}
			group := r.Group(c.pid)
			if gone, err := group.Gone(); gone || err != nil {
				t.Errorf("before: got %v, %v", gone, err)
			}
			if err := stop(group, "TERM/50 KILL", r.Changed()); err != nil {
				t.Error(err)
			}
			if alive(member) {
				t.Error("the member of the group is alive")
			}
			if !test.ends {
				if e := end(t, c.ended); e.Status.Signal() != unix.SIGTERM {
					t.Errorf("got %+v", e)
				}
			}
			if !alive(session) {
				t.Error("the process with a session of its own was ended, too")
			}
			if gone, err := group.Gone(); !gone || err != nil {
				t.Errorf("after: got %v, %v", gone, err)
			}
		})
	}
}

// TestEverything terminates all descendants of this process.
func TestEverything(t *testing.T) {
	r := newReaper(t)
	if gone, err := Everything().Gone(); !gone || err != nil {
		t.Errorf("before: got %v, %v", gone, err)
	}
	c := start(t, r, "setsid sh -c 'echo $$; exec sleep 1000' & setsid sh -c 'trap \"\" TERM; echo $$; sleep 1000; sleep 1000' & echo $$; wait")
	pids := []int{c.number(t), c.number(t), c.number(t)}
	snapshot, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if !slices.Contains(Descendants(snapshot).PIDs(), pid) {
			t.Errorf("%d is not among the descendants", pid)
		}
	}
	if err := stop(Everything(), "TERM/0.1 KILL", r.Changed()); err != nil {
		t.Error(err)
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("%d is alive", pid)
		}
	}
	if !Childless() {
		t.Error("there is still a child")
	}
}

// TestSince distinguishes the orphans of one run from those of an earlier run.
func TestSince(t *testing.T) {
	r := newReaper(t)
	run := func() (program proctree.Stat, orphan int) {
		c := start(t, r, "echo $$; setsid sh -c 'echo $$; exec sleep 1000' & wait")
		pid := c.number(t)
		program, err := proctree.ReadStat(pid)
		if err != nil {
			t.Fatal(err)
		}
		orphan = c.number(t)
		if err := r.Signal(pid, unix.SIGTERM); err != nil {
			t.Error(err)
		}
		end(t, c.ended)
		return program, orphan
	}
	first, old := run()
	// Start times count in ticks of 10 ms, so those of both runs may be the same.
	second, young := run()
	snapshot, err := proctree.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if got := Since(second.Start, second.PID)(snapshot).PIDs(); !slices.Equal(got, []int{young}) {
		t.Errorf("got %v, want only %d, not %d", got, young, old)
	}
	if got := Since(first.Start, first.PID)(snapshot).PIDs(); len(got) != 2 {
		t.Errorf("got %v, want %d and %d", got, old, young)
	}
	if err := Since(second.Start, second.PID).Signal(syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	awaitTrue(t, "it ends", func() bool { return !alive(young) })
	if !alive(old) {
		t.Error("that of the run before was ended, too")
	}
}
