package selftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/svloop/svloop/pkg/lsb"
)

// Do performs one action on the service.
type Do func(ctx context.Context, action string) Result

// NoCode is the code of an action that came to no end of its own.
const NoCode = -1

// Result is what an action gave.
type Result struct {
	Argv    []string // of the command, where it is one
	Code    int
	Problem string // what is wrong beside the code, or why there is none
	State   State  // by the status action, where it knows more than the code

	Impossible bool // it cannot be done to this service, which is no fault of it
}

// Outcome is a row that was taken.
type Outcome struct {
	Row
	Result
	OK bool
}

// Test is one drive through the table.
type Test struct {
	Do      Do
	Timeout time.Duration // how long a state may take to follow on its action
	state   State
}

var errImpossible = errors.New("it is not for this service")

// ErrInterrupted is returned when the context was done before the last row.
var ErrInterrupted = errors.New("interrupted")

// Run takes the rows one after the other, and returns those that it has taken.
// The error says why it has not taken all; those that are impossible are passed
// over. Whatever state the service is in, it
// is stopped first: what a dead one has left is no fault of the first row.
func (t *Test) Run(ctx context.Context, rows []Row) ([]Outcome, error) {
	if _, err := t.Restore(ctx, Stopped); err != nil {
		return nil, err
	}
	var taken []Outcome
	for _, row := range rows {
		if !t.state.is(row.Before) {
			switch err := t.bring(ctx, row.Before); {
			case errors.Is(err, errImpossible):
				continue
			case err != nil:
				return taken, err
			}
		}
		o := t.take(ctx, row)
		if ctx.Err() != nil {
			return taken, ErrInterrupted
		}
		taken = append(taken, o)
	}
	return taken, nil
}

func (t *Test) take(ctx context.Context, row Row) Outcome {
	o := Outcome{Row: row, Result: t.Do(ctx, row.Action)}
	asExpected := slices.Contains(row.Expect, o.Code)
	if row.Action != status {
		patience := t.Timeout
		// A stopped service that shall stay so is not waited for, and what
		// has failed is over.
		if row.Before == Stopped && row.After == Stopped || !asExpected {
			patience = 0
		}
		t.state = t.await(ctx, row.After, patience)
		if !t.state.is(row.After) && o.Problem == "" {
			o.Problem = "afterwards it is " + string(t.state)
		}
	}
	o.OK = asExpected && o.Problem == ""
	return o
}

// Restore brings the service into the state in which it was found. A service that
// was restarting is started; one that was neither running nor stopped is left
// stopped.
func (t *Test) Restore(ctx context.Context, found State) (State, error) {
	if found == Restarting {
		found = Running
	}
	if found != Running {
		found = Stopped
	}
	if t.state = t.look(ctx); t.state == found {
		return found, nil
	}
	return found, t.bring(ctx, found)
}

// bring has the service come into a state.
func (t *Test) bring(ctx context.Context, want State) error {
	action := map[State]string{Stopped: stop, Running: start, Dead: kill}[want]
	if want == Dead && t.state != Running {
		if err := t.bring(ctx, Running); err != nil {
			return err
		}
	}
	r := t.Do(ctx, action)
	if r.Impossible {
		return errImpossible
	}
	patience := t.Timeout
	if r.Code != int(lsb.Done) {
		patience = 0
	}
	if t.state = t.await(ctx, want, patience); want == Dead && r.Code == int(lsb.Done) {
		t.state = Dead // whatever status says: that is for the next row to judge
	}
	switch {
	case ctx.Err() != nil:
		return ErrInterrupted
	case t.state.is(want):
		return nil
	}
	what := fmt.Sprintf("%s gives %d", action, r.Code)
	if r.Code == NoCode {
		what = action + " gives no code"
	}
	if r.Problem != "" {
		what += " (" + r.Problem + ")"
	}
	return fmt.Errorf("cannot bring it into state %q: %s, and afterwards it is %s", want, what, t.state)
}

// await looks until the state is reached or time is over, and returns the state
// that it has seen last. Many a script calls a dead service stopped.
func (t *Test) await(ctx context.Context, want State, patience time.Duration) (state State) {
	poll(ctx, patience, func() bool {
		state = t.look(ctx)
		return state.is(want) || want == Dead && state == Stopped
	})
	return state
}

func (t *Test) look(ctx context.Context) State {
	r := t.Do(ctx, status)
	if r.State != "" {
		return r.State
	}
	return StateOf(lsb.Status(r.Code))
}
