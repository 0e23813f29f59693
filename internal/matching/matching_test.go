package matching

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// matching returns the set of the processes of a test that have a certain
// argument.
func matching(t *testing.T, word string) *Matching {
	name := fake + t.Name()
	return NewMatching(func(args []string) (bool, error) { return args[0] == name && slices.Contains(args, word), nil })
}

func stop(t *testing.T, m *Matching, grace time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return proctree.Stop(ctx, m, proctree.Schedule{{Signal: syscall.SIGTERM, Grace: grace}, {Signal: syscall.SIGKILL}}, nil)
}

// TestStop terminates willing processes by TERM and stubborn ones by KILL, and
// no others.
func TestStop(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word  string
		grace time.Duration
		want  syscall.Signal
	}{
		{"willing", time.Minute, syscall.SIGTERM},
		{"stubborn", 50 * time.Millisecond, syscall.SIGKILL},
	} {
		t.Run(test.word, func(t *testing.T) {
			t.Parallel()
			m := matching(t, test.word)
			if gone, err := m.Gone(); !gone || err != nil {
				t.Errorf("before: got %v, %v", gone, err)
			}
			bystander := start(t, "bystander")
			targets := []*service{start(t, test.word, "1"), start(t, test.word, "2")}
			if gone, err := m.Gone(); gone || err != nil {
				t.Errorf("while they run: got %v, %v", gone, err)
			}
			if err := stop(t, m, test.grace); err != nil {
				t.Error(err)
			}
			for _, p := range targets {
				if s, err := proctree.ReadStat(p.Process.Pid); err != nil || s.Alive() {
					t.Errorf("got %+v, %v of a process that was ended", s, err)
				}
				if got := p.ended(t); got != test.want {
					t.Errorf("%q was ended by %q, want %q", p.args, got, test.want)
				}
			}
			if _, ok := read(t, bystander.Process.Pid); !ok {
				t.Error("another process was ended, too")
			}
		})
	}
}

// TestMatcherFails checks that no process is signalled if the matcher fails.
func TestMatcherFails(t *testing.T) {
	t.Parallel()
	p := start(t)
	wrong := errors.New("wrong")
	m := NewMatching(func(args []string) (bool, error) {
		if args[0] == p.args[0] {
			return true, wrong
		}
		return false, nil
	})
	if err := m.Signal(syscall.SIGKILL); !errors.Is(err, wrong) {
		t.Errorf("got %v, want %v", err, wrong)
	}
	if gone, err := m.Gone(); gone || !errors.Is(err, wrong) {
		t.Errorf("got %v, %v, want %v", gone, err, wrong)
	}
	if err := stop(t, m, time.Minute); !errors.Is(err, wrong) {
		t.Errorf("got %v, want %v", err, wrong)
	}
	if _, ok := read(t, p.Process.Pid); !ok {
		t.Error("it was signalled")
	}
}

// TestSignalLooksAgain has a process that matches only in the table: it has executed
// another program before the handle is opened.
func TestSignalLooksAgain(t *testing.T) {
	t.Parallel()
	p := start(t)
	looks := 0
	m := NewMatching(func(args []string) (bool, error) {
		if args[0] != p.args[0] {
			return false, nil
		}
		looks++
		return looks == 1, nil
	})
	if err := m.Signal(syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	if looks != 2 {
		t.Errorf("it was looked at %d times, want twice", looks)
	}
	if _, ok := read(t, p.Process.Pid); !ok {
		t.Error("it was signalled")
	}
}

// TestSignalAmongTheDying checks that processes that exit meanwhile cause no
// error, and never reach the matcher without arguments.
func TestSignalAmongTheDying(t *testing.T) {
	t.Parallel()
	const name = "processes-test-dying"
	done := make(chan struct{})
	var births sync.WaitGroup
	for range 4 {
		births.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				short := exec.Command("/bin/sleep", "0.002")
				short.Args[0] = name
				_ = short.Run()
			}
		})
	}
	m := NewMatching(func(args []string) (bool, error) {
		if len(args) == 0 {
			t.Error("asked about a process without arguments")
			return false, nil
		}
		return args[0] == name, nil
	})
	for range 200 {
		if err := m.Signal(0); err != nil {
			t.Error(err)
		}
	}
	close(done)
	births.Wait()
}
