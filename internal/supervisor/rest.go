package supervisor

import (
	"runtime/debug"
	"time"
)

// rest keeps a supervisor small and asleep while nothing happens. The garbage collector
// runs every two minutes even in a program that allocates nothing, and returns memory to
// the system bit by bit in the background; each of these wakes several threads. A
// resting supervisor has returned everything at once, and collects garbage only after a
// number of cycles.
type rest struct {
	resting bool
	due     time.Time // when to rest, unless something happens; zero: not yet
	cycles  int       // since the last collection
}

const (
	quiet     = 2 * time.Second // how long nothing happens before a rest
	idle      = 20              // cycles until the next collection; one leaves about 100 KB with 1000 services
	gcPercent = 50              // otherwise: the heap is small
)

// happened notes that something is being carried out.
func (r *rest) happened(now time.Time) {
	r.due = now.Add(quiet)
	if r.resting {
		r.resting = false
		debug.SetGCPercent(gcPercent)
	}
}

// cycle notes that a cycle begins.
func (r *rest) cycle(now time.Time) {
	if r.cycles++; r.resting && r.cycles >= idle {
		r.due = now
	}
}

// look begins a rest if it is time.
func (r *rest) look(now time.Time) {
	if r.due.IsZero() || now.Before(r.due) {
		return
	}
	*r = rest{resting: true}
	debug.FreeOSMemory()
	debug.SetGCPercent(-1)
}
