package runner

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBackground does not kill the background processes of a command, and does not wait
// for them, although they hold the output open.
func TestBackground(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, script string }{
		{"in the group", "sleep 1000 & echo child $!"},
		{"in a session of its own", "setsid sh -c 'echo child $$; exec sleep 1000' & until read -r name </proc/$!/comm && [ $name = sleep ]; do :; done"},
		{"writing on and on", "yes child noise >&2 & echo child $!"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := shell(test.script)
			c.Timeout = time.Minute
			first := ""
			var output lines
			output.seen = func(all []string) {
				if !strings.HasPrefix("child noise", all[0]) { // the last line may be incomplete
					first = all[0]
				}
				output.all = nil
			}
			r := Run(t.Context(), c, output.add)
			pids := pidsOf(t, first)
			defer kill(t, pids)
			if r.Exit != 0 || r.TimedOut || r.Err != nil {
				t.Errorf("got %+v", r)
			}
			if got := alive(pids); !slices.Equal(got, []string{"child"}) {
				t.Error("what it left is not alive")
			}
		})
	}
}

// tree starts a child in the process group of the command, one in a new session, and an
// orphan. All print their names, and two ignore TERM.
const tree = `
echo command $$
(trap '' TERM; exec sh -c 'echo group $$; exec sleep 1000') &
setsid sh -c 'echo session $$; exec sleep 1000' &
sh -c 'trap "" TERM; setsid sh -c "echo orphan \$\$; exec sleep 1000" & exit'
wait
`

var all = []string{"command", "group", "orphan", "session"}

// TestTree terminates a command with all its descendants at the time limit and when the
// context is done.
func TestTree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		timeout time.Duration
		ended   string
	}{
		{"timeout", 3 * time.Second, "terminated after 3s"},
		{"context", 0, "interrupted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var output lines
			output.seen = func(seen []string) {
				if len(seen) == len(all) && test.timeout == 0 {
					cancel()
				}
			}
			c := shell(tree)
			c.Timeout, c.Kill = test.timeout, "TERM/0.1 KILL"
			r := Run(ctx, c, output.add)
			pids := pidsOf(t, output.String())
			defer kill(t, pids)
			if len(pids) != len(all) {
				t.Fatalf("only %v were started", pids)
			}
			if got := alive(pids); len(got) > 0 {
				t.Errorf("%q are still alive", got)
			}
			if r.Exit != -1 || !r.TimedOut || r.Err != nil || r.Ended != test.ended {
				t.Errorf("got %+v, want that it has %s", r, test.ended)
			}
		})
	}
}

// TestTimeoutOfDisobedient needs KILL with the default schedule.
func TestTimeoutOfDisobedient(t *testing.T) {
	t.Parallel()
	c := shell("trap '' TERM INT; echo command $$; while :; do sleep 1000; done")
	c.Timeout = time.Second
	r, output := runToEnd(t, c)
	pids := pidsOf(t, output)
	defer kill(t, pids)
	if got := alive(pids); len(got) > 0 {
		t.Errorf("%q are still alive", got)
	}
	if !r.TimedOut || r.Ended != "terminated after 1s" || r.Last != output {
		t.Errorf("got %+v", r)
	}
}

// TestTimeoutThatEndsNotAll reports a process that no signal of the schedule ends.
func TestTimeoutThatEndsNotAll(t *testing.T) {
	t.Parallel()
	c := shell("trap '' TERM; sleep 1000 & echo child $!; wait")
	c.Timeout, c.Kill = time.Second, "TERM/0.1"
	r, output := runToEnd(t, c)
	pids := pidsOf(t, output)
	defer kill(t, pids)
	want := `cannot terminate all processes of "/bin/sh": still alive after the last signal`
	if !r.TimedOut || r.Warning == nil || r.Warning.Error() != want {
		t.Errorf("got %+v, want the warning %s", r, want)
	}
	if got := alive(pids); !slices.Equal(got, []string{"child"}) {
		t.Errorf("%q are alive", got)
	}
}
