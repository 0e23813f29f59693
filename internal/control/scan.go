package control

import (
	"sync"

	"github.com/svloop/svloop/internal/matching"
)

// scan is the process table as all services of a run share it: it is read once,
// and again after a step of the run, which may have started or stopped the program
// of any service. Readings and steps are ordered by a count, no clock.
type scan struct {
	reading sync.Mutex // held while the table is read, so that who waits shares it
	began   uint64     // when that reading began; 0: there was none
	table   matching.Table
	err     error

	mu      sync.Mutex
	count   uint64
	changed uint64 // when the last step ended
	busy    int    // steps that are carried out now
}

// tick returns the next number of the count.
func (s *scan) tick() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return s.count
}

// since returns a table whose reading began at a number of the count or later.
func (s *scan) since(when uint64) (matching.Table, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.began == 0 || s.began < when {
		s.began = s.tick()
		s.table, s.err = matching.Read()
	}
	return s.table, s.err
}

// fresh returns a table that was not read before this call.
func (s *scan) fresh() (matching.Table, error) { return s.since(s.tick()) }

// current returns a table that was read since the last step. While a step is
// carried out, that is now.
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

// step carries out a step, after which the table is another.
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
