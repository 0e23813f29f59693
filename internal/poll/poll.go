// Package poll checks a state that no event reports, with pauses that double.
package poll

import (
	"context"
	"time"
)

// Pauses are the pauses between two checks. Each is twice as long as the one before.
type Pauses struct{ next, longest time.Duration }

// Doubling returns pauses from the first length to the longest.
func Doubling(first, longest time.Duration) *Pauses { return &Pauses{first, longest} }

// Next returns the length of the next pause.
func (p *Pauses) Next() time.Duration {
	pause := p.next
	p.next = min(2*pause, p.longest)
	return pause
}

// Wait waits for the next pause. If the context is done earlier, it returns the cause.
func (p *Pauses) Wait(ctx context.Context) error { return Sleep(ctx, p.Next()) }

// Sleep waits. If the context is done earlier, it returns the cause.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
