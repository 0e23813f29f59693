//go:build linux

package proctree_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// dummy is a fake set of processes that records its signals.
type dummy struct {
	born    time.Time
	log     []string
	obeys   map[syscall.Signal]time.Duration // how long after the signal the set is empty
	kills   int                              // how many KILL are needed; 0: see obeys
	refuses error                            // the error of each signal
	later   func() error                     // like refuses, called each time
	blind   error                            // the error of Gone
	end     time.Time
}

func newDummy() *dummy { return &dummy{born: time.Now(), obeys: map[syscall.Signal]time.Duration{}} }

func (d *dummy) Signal(sig syscall.Signal) error {
	d.log = append(d.log, fmt.Sprintf("%s@%s", proctree.SignalName(sig), time.Since(d.born)))
	if d.refuses != nil {
		return d.refuses
	}
	if d.later != nil {
		return d.later()
	}
	if after, ok := d.obeys[sig]; ok && d.end.IsZero() {
		d.end = time.Now().Add(after)
	}
	if sig == syscall.SIGKILL && d.kills > 0 {
		if d.kills--; d.kills == 0 {
			d.end = time.Now()
		}
	}
	return nil
}

func (d *dummy) Gone() (bool, error) {
	return !d.end.IsZero() && !time.Now().Before(d.end), d.blind
}

func TestStop(t *testing.T) {
	t.Parallel()
	refused := errors.New("not permitted")
	tests := []struct {
		name     string
		schedule string
		dummy    func(*dummy)
		log      string
		least    time.Duration
		most     time.Duration
		err      error
	}{
		{
			name: "each signal but KILL is followed by CONT", schedule: "TERM/1 INT/2 KILL",
			dummy: func(d *dummy) { d.obeys[syscall.SIGKILL] = 0 },
			log:   "TERM@0s CONT@0s INT@1s CONT@1s KILL@3s", least: 3 * time.Second, most: 3 * time.Second,
		},
		{
			name: "no further signal after the exit", schedule: "TERM/1 INT/2 KILL",
			dummy: func(d *dummy) { d.obeys[syscall.SIGTERM] = 500 * time.Millisecond },
			log:   "TERM@0s CONT@0s", least: 500 * time.Millisecond, most: 550 * time.Millisecond,
		},
		{
			name: "an immediate exit takes no time", schedule: "TERM/10 KILL",
			dummy: func(d *dummy) { d.obeys[syscall.SIGTERM] = 0 },
			log:   "TERM@0s CONT@0s",
		},
		{
			name: "a quick exit is detected quickly", schedule: "TERM/10 KILL",
			dummy: func(d *dummy) { d.obeys[syscall.SIGTERM] = time.Millisecond },
			log:   "TERM@0s CONT@0s", least: time.Millisecond, most: 2 * time.Millisecond,
		},
		{
			name: "an empty set", schedule: "TERM/1 KILL",
			dummy: func(d *dummy) { d.end = d.born },
		},
		{
			name: "a step without grace is followed at once", schedule: "TERM KILL",
			dummy: func(d *dummy) { d.obeys[syscall.SIGKILL] = 0 },
			log:   "TERM@0s CONT@0s KILL@0s",
		},
		{
			name: "the last grace is over", schedule: "TERM/1 KILL/2",
			log: "TERM@0s CONT@0s KILL@1s", least: 3 * time.Second, most: 3 * time.Second,
			err: proctree.ErrStillAlive,
		},
		{
			name: "a last signal other than KILL is sent once", schedule: "TERM",
			dummy: func(d *dummy) { d.obeys[syscall.SIGTERM] = time.Hour },
			log:   "TERM@0s CONT@0s", least: time.Hour, most: time.Hour + 50*time.Millisecond,
		},
		{
			name: "a refusal is waited out until the last step", schedule: "TERM/1 KILL",
			dummy: func(d *dummy) { d.refuses = refused },
			log:   "TERM@0s CONT@0s KILL@1s", least: time.Second, most: time.Second, err: refused,
		},
		{
			name: "a process that cannot be signalled may still exit", schedule: "TERM/1 KILL",
			dummy: func(d *dummy) { d.refuses, d.end = refused, d.born.Add(100*time.Millisecond) },
			log:   "TERM@0s CONT@0s", least: 100 * time.Millisecond, most: 150 * time.Millisecond,
		},
		{
			name: "the table cannot be read", schedule: "TERM/1 KILL",
			dummy: func(d *dummy) { d.blind = refused }, err: refused,
		},
		{
			name: "an empty schedule", schedule: "", err: proctree.ErrStillAlive,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := newDummy()
				if test.dummy != nil {
					test.dummy(d)
				}
				var schedule proctree.Schedule
				if test.schedule != "" {
					schedule = mustParse(t, test.schedule)
				}
				err := proctree.Stop(t.Context(), d, schedule, nil)
				took := time.Since(d.born)
				if !errors.Is(err, test.err) || (err != nil) != (test.err != nil) {
					t.Errorf("error %v, want %v", err, test.err)
				}
				if got := strings.Join(d.log, " "); got != test.log {
					t.Errorf("signals %q, want %q", got, test.log)
				}
				if took < test.least || took > test.most {
					t.Errorf("it took %s, want from %s to %s", took, test.least, test.most)
				}
			})
		})
	}
}

func mustParse(t *testing.T, spec string) proctree.Schedule {
	t.Helper()
	s, err := proctree.ParseSchedule(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A set that forks as fast as it is killed is killed repeatedly.
func TestStopKillsUntilNobodyIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDummy()
		d.kills = 1000
		if err := proctree.Stop(t.Context(), d, mustParse(t, "KILL"), nil); err != nil {
			t.Fatal(err)
		}
		if len(d.log) != 1000 || d.log[999] == d.log[998] {
			t.Errorf("%d signals, the last two %q", len(d.log), d.log[998:])
		}
		// 2, 4, 8, 16 and 32 ms, then 50 each.
		if took, want := time.Since(d.born), 62*time.Millisecond+994*50*time.Millisecond; took != want {
			t.Errorf("it took %s, want %s", took, want)
		}
	})
}

func TestStopReportsTheRefusalOfALaterKill(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDummy()
		refused := errors.New("not permitted any more")
		d.later = func() error {
			if time.Since(d.born) > time.Second {
				return refused
			}
			return nil
		}
		if err := proctree.Stop(t.Context(), d, mustParse(t, "KILL"), nil); !errors.Is(err, refused) {
			t.Errorf("error %v, want %v", err, refused)
		}
	})
}

func TestStopNoticesAnAnnouncedEndAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDummy()
		const when = 777777 * time.Microsecond
		d.obeys[syscall.SIGTERM] = when
		changed := make(chan struct{}, 1)
		time.AfterFunc(when, func() { changed <- struct{}{} })
		if err := proctree.Stop(t.Context(), d, mustParse(t, "TERM/1 KILL"), changed); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(d.born); took != when {
			t.Errorf("it took %s, want %s", took, when)
		}
	})
}

// Notifications without a change must not prolong the grace period.
func TestStopKeepsToTheGraceAmongAnnouncements(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDummy()
		changed := make(chan struct{})
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		done := make(chan struct{})
		go func() {
			for {
				select {
				case <-tick.C:
					select {
					case changed <- struct{}{}:
					case <-done:
						return
					}
				case <-done:
					return
				}
			}
		}()
		err := proctree.Stop(t.Context(), d, mustParse(t, "TERM/1"), changed)
		close(done)
		if !errors.Is(err, proctree.ErrStillAlive) || time.Since(d.born) != time.Second {
			t.Errorf("%v after %s", err, time.Since(d.born))
		}
	})
}

func TestStopEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{"TERM/10 KILL", "KILL"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDummy()
			because := errors.New("enough")
			ctx, cancel := context.WithTimeoutCause(t.Context(), 3*time.Second, because)
			defer cancel()
			if err := proctree.Stop(ctx, d, mustParse(t, spec), nil); !errors.Is(err, because) {
				t.Errorf("%s: error %v, want %v", spec, err, because)
			}
			if took := time.Since(d.born); took != 3*time.Second {
				t.Errorf("%s: it took %s", spec, took)
			}
		})
	}
}

// slow is a set in a process table that is slow to read.
type slow struct{ looks int }

func (s *slow) Signal(syscall.Signal) error { return nil }

func (s *slow) Gone() (bool, error) {
	s.looks++
	time.Sleep(100 * time.Millisecond)
	return false, nil
}

// A slow process table is not read all the time.
func TestStopSpendsNoMoreThanAFifthOnLooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := new(slow)
		if err := proctree.Stop(t.Context(), s, mustParse(t, "TERM/10"), nil); !errors.Is(err, proctree.ErrStillAlive) {
			t.Fatal(err)
		}
		if s.looks > 25 {
			t.Errorf("%d looks of 100 ms in 10 s", s.looks)
		}
	})
}
