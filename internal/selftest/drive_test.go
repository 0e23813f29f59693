package selftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// fake is a simulated service that behaves as LSB demands, except for its flaw.
type fake struct {
	state State
	flaw  func(f *fake, action string) (code int, done bool)
	calls []string
	after func(action string) // called after each action
}

func (f *fake) do(ctx context.Context, action string) Result {
	f.calls = append(f.calls, action)
	if f.after != nil {
		defer f.after(action)
	}
	if ctx.Err() != nil {
		return Result{Code: NoCode, Problem: "interrupted"}
	}
	if f.flaw != nil {
		if code, done := f.flaw(f, action); done {
			return Result{Code: code}
		}
	}
	return Result{Code: f.right(action)}
}

func (f *fake) right(action string) int {
	switch action {
	case status:
		return map[State]int{Running: 0, Dead: 1, Stopped: 3, Unknown: 4}[f.state]
	case start, restart:
		f.state = Running
	case stop:
		f.state = Stopped
	case kill:
		f.state = Dead
	case tryRestart:
	case reload, forceReload:
		if f.state != Running {
			return 7
		}
	default:
		return 2
	}
	return 0
}

// run drives the service through the table of a kind, and returns the failed
// rows.
func (f *fake) run(t *testing.T, kind servicedef.Kind) (wrong []string, taken int, failure string) {
	t.Helper()
	test := &Test{Do: f.do, Timeout: 10 * time.Second}
	rows, err := test.Run(t.Context(), rowsOf(kind))
	for i, o := range rows {
		if o.OK {
			continue
		}
		line := fmt.Sprintf("%d: %s %s %d", i+1, o.Before, o.Action, o.Code)
		if o.Problem != "" {
			line += ": " + o.Problem
		}
		wrong = append(wrong, line)
	}
	if err != nil {
		failure = err.Error()
	}
	return wrong, len(rows), failure
}

func TestRightService(t *testing.T) {
	t.Parallel()
	for _, kind := range []servicedef.Kind{servicedef.ByControl, servicedef.ByDaemon, servicedef.ByCommand, reloaded} {
		for _, found := range []State{Stopped, Running, Dead, Unknown} {
			f := &fake{state: found}
			wrong, taken, failure := f.run(t, kind)
			if len(wrong) > 0 || taken != len(rowsOf(kind)) || failure != "" {
				t.Errorf("%s, found %s: %d rows, wrong %q, %s", kind, found, taken, wrong, failure)
			}
			if f.state != Stopped {
				t.Errorf("%s, found %s: it is %s at the end", kind, found, f.state)
			}
		}
	}
}

// always returns a code for an action in a state; the action itself works as
// usual.
func always(state State, action string, code int) func(*fake, string) (int, bool) {
	return func(f *fake, a string) (int, bool) {
		if a != action || f.state != state {
			return 0, false
		}
		f.right(a)
		return code, true
	}
}

// TestFlaws finds each flaw in the rows that it affects, and in no other.
func TestFlaws(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		flaw func(f *fake, action string) (int, bool)
		want []string
	}{
		{"start of a running service fails", always(Running, start, 1), []string{"3: running start 1"}},
		{"stop of a stopped service fails", always(Stopped, stop, 1), []string{"11: stopped stop 1"}},
		{"status reports a stopped service as dead", always(Stopped, status, 1), []string{"1: stopped status 1", "12: stopped status 1"}},
		{"an unknown word succeeds", func(f *fake, a string) (int, bool) { return 0, a == nonsense },
			[]string{"9: running no-such-action 0", "16: stopped no-such-action 0"}},
		{"an unknown word fails", func(f *fake, a string) (int, bool) { return 1, a == nonsense },
			[]string{"9: running no-such-action 1", "16: stopped no-such-action 1"}},
		{"an unknown word starts it", func(f *fake, a string) (int, bool) {
			if a == nonsense {
				f.state = Running
			}
			return 2, a == nonsense
		}, []string{"16: stopped no-such-action 2: afterwards it is running"}},
		{"an unknown action stops the service", func(f *fake, a string) (int, bool) {
			if a == nonsense {
				f.state = Stopped
			}
			return 2, a == nonsense
		}, []string{"9: running no-such-action 2: afterwards it is stopped"}},
		{"try-restart starts a stopped service", func(f *fake, a string) (int, bool) {
			if a == tryRestart {
				f.state = Running
			}
			return 0, a == tryRestart
		}, []string{"13: stopped try-restart 0: afterwards it is running"}},
		{"try-restart is no word", func(f *fake, a string) (int, bool) { return 2, a == tryRestart },
			[]string{"6: running try-restart 2", "13: stopped try-restart 2"}},
		{"force-reload is not implemented", func(f *fake, a string) (int, bool) { return 3, a == forceReload },
			[]string{"8: running force-reload 3", "15: stopped force-reload 3"}},
		{"optional actions are not implemented", func(f *fake, a string) (int, bool) { return 3, a == tryRestart || a == reload }, nil},
		{"reload starts a stopped service", func(f *fake, a string) (int, bool) {
			if a == reload {
				f.state = Running
			}
			return 0, a == reload
		}, []string{"14: stopped reload 0: afterwards it is running"}},
		{"status reports a killed service as running", always(Dead, status, 0), []string{"19: dead status 0"}},
		{"a killed service is not started", func(f *fake, a string) (int, bool) {
			if a != start || f.state != Dead {
				return 0, false
			}
			f.state = Stopped
			return 0, true
		}, []string{"20: dead start 0: afterwards it is stopped"}},
		{"restart does not start a stopped service", func(f *fake, a string) (int, bool) { return 0, a == restart && f.state == Stopped },
			[]string{"17: stopped restart 0: afterwards it is stopped"}},
		{"restart loses it", func(f *fake, a string) (int, bool) {
			if a == restart {
				f.state = Dead
			}
			return 0, a == restart
		}, []string{"5: running restart 0: afterwards it is dead", "17: stopped restart 0: afterwards it is dead"}},
		{"stop fails without an error", func(f *fake, a string) (int, bool) {
			return 0, a == stop && f.state == Running && strings.Count(strings.Join(f.calls, " "), " stop") == 1
		}, []string{"10: running stop 0: afterwards it is running"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fake{state: Stopped, flaw: test.flaw}
				wrong, taken, failure := f.run(t, servicedef.ByControl)
				if !slices.Equal(wrong, test.want) || taken != 21 || failure != "" {
					t.Errorf("%d rows, %s, wrong\n%q, want\n%q", taken, failure, wrong, test.want)
				}
			})
		})
	}
}

// TestCannotGoOn stops if the first state of the next row cannot be reached.
func TestCannotGoOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		kind  servicedef.Kind
		flaw  func(f *fake, action string) (int, bool)
		taken int
		want  string
	}{
		{"status reports a stopped service as running", servicedef.ByControl, func(f *fake, a string) (int, bool) { return 0, a == status }, 0,
			`cannot bring it into state "stopped": stop returned 0, and the state afterwards is running`},
		{"status hangs", servicedef.ByControl, func(f *fake, a string) (int, bool) { return NoCode, a == status }, 0,
			`cannot bring it into state "stopped": stop returned 0, and the state afterwards is unknown`},
		{"start fails", servicedef.ByCommand, func(f *fake, a string) (int, bool) { return 6, a == start }, 3,
			`cannot bring it into state "running": start returned 6, and the state afterwards is stopped`},
		{"start hangs", servicedef.ByControl, func(f *fake, a string) (int, bool) { return NoCode, a == start }, 2,
			`cannot bring it into state "running": start returned no code, and the state afterwards is stopped`},
		{"it cannot be killed", servicedef.ByDaemon, func(f *fake, a string) (int, bool) { return NoCode, a == kill }, 10,
			`cannot bring it into state "dead": kill returned no code, and the state afterwards is running`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fake{state: Stopped, flaw: test.flaw}
				_, taken, failure := f.run(t, test.kind)
				if taken != test.taken || failure != test.want {
					t.Errorf("%d rows, %s\nwant %d, %s", taken, failure, test.taken, test.want)
				}
			})
		})
	}
}

// TestImpossible skips the rows of a dead service that cannot be killed.
func TestImpossible(t *testing.T) {
	t.Parallel()
	f := &fake{state: Stopped}
	test := &Test{Timeout: 10 * time.Second, Do: func(ctx context.Context, action string) Result {
		if action == kill {
			return Result{Code: NoCode, Impossible: true}
		}
		return f.do(ctx, action)
	}}
	rows, err := test.Run(t.Context(), rowsOf(servicedef.ByControl))
	if err != nil || len(rows) != 19 || f.state != Stopped {
		t.Errorf("%d rows, %v, and it is %s", len(rows), err, f.state)
	}
	for _, o := range rows {
		if !o.OK || o.Before == Dead {
			t.Errorf("got %+v", o)
		}
	}
}

// TestKilledIsNotRunning checks what status reports after a kill only in the
// row of status, and continues.
func TestKilledIsNotRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{state: Stopped, flaw: always(Dead, status, 4)}
		wrong, taken, failure := f.run(t, servicedef.ByDaemon)
		if want := []string{"11: dead status 4"}; !slices.Equal(wrong, want) || taken != 15 || failure != "" {
			t.Errorf("%d rows, %s, wrong %q, want %q", taken, failure, wrong, want)
		}
	})
}

// TestLateState waits for a state until the timeout, but not after a failure.
func TestLateState(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		late time.Duration
		code int
		want []string
	}{
		{"in time", 9 * time.Second, 0, nil},
		{"too late", 11 * time.Second, 0, []string{"2: stopped start 0: afterwards it is stopped"}},
		{"failed", 9 * time.Second, 1, []string{"2: stopped start 1: afterwards it is stopped"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ready time.Time // when the first start takes effect
				first := true
				f := &fake{state: Stopped, flaw: func(f *fake, a string) (int, bool) {
					if !ready.IsZero() && !time.Now().Before(ready) {
						f.state, ready = Running, time.Time{}
					}
					if a == start && first {
						first, ready = false, time.Now().Add(test.late)
						return test.code, true
					}
					return 0, false
				}}
				if wrong, taken, failure := f.run(t, servicedef.ByControl); !slices.Equal(wrong, test.want) || taken != 21 || failure != "" {
					t.Errorf("%d rows, %s, wrong %q, want %q", taken, failure, wrong, test.want)
				}
			})
		})
	}
}

// TestProblem reports a problem although the code is right.
func TestProblem(t *testing.T) {
	t.Parallel()
	f := &fake{state: Stopped}
	test := &Test{Do: func(ctx context.Context, action string) Result {
		r := f.do(ctx, action)
		if action == restart {
			r.Argv, r.Problem = []string{"x", action}, "left something"
		}
		return r
	}}
	rows, err := test.Run(t.Context(), commandRows[:6])
	if err != nil {
		t.Fatal(err)
	}
	if o := rows[5]; o.OK || o.Problem != "left something" || o.Code != 0 || !slices.Equal(o.Argv, []string{"x", restart}) {
		t.Errorf("got %+v", o)
	}
	if o := rows[4]; !o.OK || o.Problem != "" {
		t.Errorf("the row before: got %+v", o)
	}
}

// TestInterrupted stops during a row, which is not in the result, and restores the
// service.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, found := range []State{Running, Stopped, Dead} {
		ctx, cancel := context.WithCancel(t.Context())
		f := &fake{state: found}
		f.after = func(action string) {
			if action == restart {
				f.state = Dead // the action was interrupted
				cancel()
			}
		}
		test := &Test{Do: f.do, Timeout: 10 * time.Second}
		rows, err := test.Run(ctx, rowsOf(servicedef.ByControl))
		if !errors.Is(err, ErrInterrupted) || len(rows) != 4 {
			t.Errorf("found %s: %d rows, %v", found, len(rows), err)
		}
		want := Stopped
		if found == Running {
			want = Running
		}
		f.after = nil
		if left, err := test.Restore(t.Context(), found); left != want || f.state != want || err != nil {
			t.Errorf("found %s: left %s, is %s, %v", found, left, f.state, err)
		}
	}
}

// TestInterruptedWaiting stops waiting for a state.
func TestInterruptedWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		f := &fake{state: Stopped, flaw: func(f *fake, a string) (int, bool) { return 0, a == start }}
		test := &Test{Do: f.do, Timeout: time.Hour}
		rows, err := test.Run(ctx, rowsOf(servicedef.ByControl))
		if !errors.Is(err, ErrInterrupted) || len(rows) != 1 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

// TestRestore does nothing if the service is in its state already.
func TestRestore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ now, found State }{
		{Running, Running}, {Stopped, Stopped}, {Stopped, Dead},
	} {
		f := &fake{state: test.now}
		if left, err := (&Test{Do: f.do}).Restore(t.Context(), test.found); left != test.now || err != nil {
			t.Errorf("%s, found %s: left %s, %v", test.now, test.found, left, err)
		}
		if want := []string{status}; !slices.Equal(f.calls, want) {
			t.Errorf("%s, found %s: got the calls %q", test.now, test.found, f.calls)
		}
	}
	f := &fake{state: Stopped, flaw: func(f *fake, a string) (int, bool) { return 1, a == start }}
	_, err := (&Test{Do: f.do}).Restore(t.Context(), Running)
	if want := `cannot bring it into state "running": start returned 1, and the state afterwards is stopped`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
