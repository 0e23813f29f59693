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

// NoCode is the code of an action that did not exit, for example after a
// timeout.
const NoCode = -1

// Result is the result of an action.
type Result struct {
	Argv    []string // of the command, if the action runs one
	Code    int
	Problem string // an error beside the code, or the reason for NoCode
	State   State  // reported by the status action, if it is more precise than the code

	Impossible bool // the action cannot be applied to this service, which is not an error
}

// Outcome is the outcome of a row.
type Outcome struct {
	Row
	Result
	OK bool
}

// Test is one run through the table.
type Test struct {
	Do      Do
	Timeout time.Duration // how long to wait for a state after an action
	state   State
}

var errImpossible = errors.New("it is not for this service")

// ErrInterrupted is returned if the context was done before the last row.
var ErrInterrupted = errors.New("interrupted")

// Run executes the rows in order, and returns the outcomes. The error is the
// reason why it did not execute all rows. Impossible rows are skipped. Run
// first stops the service, whatever state it is in, so that leftovers of a
// crash are not blamed on the first row.
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
		// Do not wait for a stopped service that must stay stopped, or after a
		// failure.
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

// Restore brings the service back into the state in which it was found. A
// service that was restarting is started. A service that was neither running
// nor stopped is stopped.
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

// bring brings the service into a state.
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
		t.state = Dead // whatever status reports: the next row checks that
	}
	switch {
	case ctx.Err() != nil:
		return ErrInterrupted
	case t.state.is(want):
		return nil
	}
	what := fmt.Sprintf("%s returned %d", action, r.Code)
	if r.Code == NoCode {
		what = action + " returned no code"
	}
	if r.Problem != "" {
		what += " (" + r.Problem + ")"
	}
	return fmt.Errorf("cannot bring it into state %q: %s, and the state afterwards is %s", want, what, t.state)
}

// await polls until the state or the timeout is reached, and returns the last
// state. It accepts stopped for dead, because many scripts do not tell them
// apart.
func (t *Test) await(ctx context.Context, want State, patience time.Duration) (state State) {
	await(ctx, patience, func() bool {
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
