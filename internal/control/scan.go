package control

import (
	"sync"

	"github.com/svloop/svloop/internal/matching"
)

// scan is the process table, shared by all services of a run. It is read once, and
// again after each step of the run, because a step may start or stop the program of
// any service. A counter orders readings and steps; no clock is needed.
type scan struct {
	reading sync.Mutex // held while the table is read, so that waiting callers share the result
	began   uint64     // when that reading began; 0: there was none
	table   matching.Table
	err     error

	mu      sync.Mutex
	count   uint64
	changed uint64 // when the last step finished
	busy    int    // steps in progress
}

// tick returns the next number of the count.
func (s *scan) tick() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return s.count
}

// since returns a table whose reading began at this number of the counter or later.
func (s *scan) since(when uint64) (matching.Table, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.began == 0 || s.began < when {
		s.began = s.tick()
		s.table, s.err = matching.Read()
	}
	return s.table, s.err
}

// fresh returns a table that is read after the call.
func (s *scan) fresh() (matching.Table, error) { return s.since(s.tick()) }

// current returns a table that was read after the last step. During a step it reads
// the table again.
func (s *scan) current() (matching.Table, error) {
	s.mu.Lock()
	when := s.changed
	if s.busy > 0 {
		s.count++
		when = s.count
	}
	s.mu.Unlock()
	return s.since(when)
}

// expire makes the next current read the table again.
func (s *scan) expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	s.changed = s.count
}

// step runs f, after which the table has to be read again.
func (s *scan) step(do func() error) error {
	s.mu.Lock()
	s.busy++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy--
		s.count++
		s.changed = s.count
	}()
	return do()
}
