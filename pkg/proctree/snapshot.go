//go:build linux

package proctree

import (
	"slices"
	"sync"
)

// Snapshot reads the process table. Processes that exit in the meantime are
// skipped, and so are processes of other users if /proc hides them (hidepid in
// proc(5)). Any other process that cannot be read is an error, because a table
// without it would mean that it is gone.
//
// The reading begins after the call. Calls at the same time share one, because a
// supervisor that repairs hundreds of services needs a table for each of them.
func Snapshot() (Table, error) {
	return snapshots.get(readTable)
}

// snapshots are the readings of the process table by this process.
var snapshots readings[Stat]

// readings has at most one reading in progress and one that waits for its turn.
// Calls during the first join the second: it begins after they do.
//
//	call ─► the waiting reading ─ turn ─► reads ─► over
//	          ▲ later calls join            ▲ no call joins
type readings[E any] struct {
	turn sync.Mutex // held while the table is read

	mu      sync.Mutex
	waiting *reading[E] // nil: none
}

// reading is one reading of the table. over is closed when it has its result.
type reading[E any] struct {
	shared bool // does not change after the reading has begun
	over   chan struct{}
	table  []E
	err    error
}

// get returns the result of a reading that begins after the call. The caller may change
// the result.
func (s *readings[E]) get(read func() ([]E, error)) ([]E, error) {
	r, mine := s.join()
	table := s.result(r, mine, read)
	return table, r.err
}

// join returns the waiting reading. Then call result. mine is true for the caller that
// has to read.
func (s *readings[E]) join() (r *reading[E], mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting != nil {
		s.waiting.shared = true
		return s.waiting, false
	}
	s.waiting = &reading[E]{over: make(chan struct{})}
	return s.waiting, true
}

// result returns a table that the caller may change.
func (s *readings[E]) result(r *reading[E], mine bool, read func() ([]E, error)) []E {
	if mine {
		s.read(r, read)
	}
	<-r.over
	if r.shared {
		return slices.Clone(r.table)
	}
	return r.table
}

func (s *readings[E]) read(r *reading[E], read func() ([]E, error)) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.mu.Lock()
	s.waiting = nil
	s.mu.Unlock()
	r.table, r.err = read()
	close(r.over)
}
