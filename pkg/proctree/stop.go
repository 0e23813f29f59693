//go:build linux

package proctree

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// Targets is a set of processes to be terminated. It may grow and shrink in the
// meantime.
type Targets interface {
	// Signal sends a signal to every living member.
	Signal(sig syscall.Signal) error
	// Gone reports whether no member is alive.
	Gone() (bool, error)
}

// The interval between two checks of a set whose end is not reported.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// ErrStillAlive is returned by [Stop] if a target is still alive after the last
// grace period.
var ErrStillAlive = errors.New("still alive after the last signal")

// Stop terminates the targets by the schedule and returns when none is alive.
// After each signal except KILL it sends CONT, because a stopped process reacts
// to no other signal. Stop checks the targets when changed delivers (it may be
// nil), and at least every 50 ms.
//
// If the last step has no grace period, Stop waits until the set is empty, and
// repeats KILL in the meantime. If it has one, Stop returns [ErrStillAlive] after
// it. If a target cannot be signalled, Stop waits until the last step and returns
// its error. If the context is done, Stop returns its cause.
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

// awaitGone waits until the targets are gone, for the grace period of the step or without
// limit. Without limit it repeats KILL at every check, for processes that were forked in
// the meantime.
func awaitGone(ctx context.Context, t Targets, step Step, forever bool, changed <-chan struct{}) (bool, error) {
	deadline := time.Now().Add(step.Grace)
	for look := firstLook; ; look = min(2*look, lastLook) {
		begin := time.Now()
		if gone, err := t.Gone(); gone || err != nil {
			return gone, err
		}
		// Reading a large process table takes long, so it may use at most a fifth
		// of the time.
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
