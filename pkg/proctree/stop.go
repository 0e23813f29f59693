//go:build linux

package proctree

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// Targets is a set of processes that is to be ended, and that may grow and
// shrink meanwhile.
type Targets interface {
	// Signal sends a signal to every living member.
	Signal(sig syscall.Signal) error
	// Gone reports whether no member is alive.
	Gone() (bool, error)
}

// How often a set is looked at when nothing announces its end.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// ErrStillAlive is returned by [Stop] when the schedule is over and a target
// is still alive.
var ErrStillAlive = errors.New("still alive after the last signal")

// Stop ends the targets by the schedule and returns when none is alive. After
// each signal but KILL it sends CONT, because a stopped process obeys nothing
// else. The end of a process is noticed at once when changed delivers (it may
// be nil), else by looking again, every 50 ms at the slowest.
//
// A last step without grace waits until the set is empty, and repeats KILL
// meanwhile; after a last step with grace Stop returns [ErrStillAlive]. A target
// that may not be signalled is waited for until the last step, whose refusal is
// returned. When the context is done Stop returns its cause.
func Stop(ctx context.Context, t Targets, schedule Schedule, changed <-chan struct{}) error {
	for i, step := range schedule {
		if gone, err := t.Gone(); gone || err != nil {
			return err
		}
		refused := signalAndContinue(t, step.Signal)
		last := i == len(schedule)-1
		if last && refused != nil {
			return refused
		}
		forever := last && step.Grace == 0
		gone, err := awaitGone(ctx, t, step, forever, changed)
		if gone || err != nil {
			return err
		}
	}
	return ErrStillAlive
}

func signalAndContinue(t Targets, sig syscall.Signal) error {
	err := t.Signal(sig)
	if sig != syscall.SIGKILL {
		err = errors.Join(err, t.Signal(syscall.SIGCONT))
	}
	return err
}

// awaitGone waits for the end of the targets: for the grace of the step, or
// for ever, and then KILL is sent again at every look, to what was forked
// since.
func awaitGone(ctx context.Context, t Targets, step Step, forever bool, changed <-chan struct{}) (bool, error) {
	deadline := time.Now().Add(step.Grace)
	for look := firstLook; ; look = min(2*look, lastLook) {
		begin := time.Now()
		if gone, err := t.Gone(); gone || err != nil {
			return gone, err
		}
		// A look at a crowded process table takes long: never spend more
		// than a fifth of the time on looking.
		wait := max(look, 4*time.Since(begin))
		if !forever {
			wait = min(wait, time.Until(deadline))
			if wait <= 0 {
				return false, nil
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false, context.Cause(ctx)
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
		if forever && step.Signal == syscall.SIGKILL {
			if err := t.Signal(syscall.SIGKILL); err != nil {
				return false, err
			}
		}
	}
}
