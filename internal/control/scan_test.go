package control

import (
	"errors"
	"sync"
	"testing"
)

// TestScan counts the readings of the table by the counter at which each began.
func TestScan(t *testing.T) {
	t.Parallel()
	var s scan
	current := func() uint64 {
		t.Helper()
		if _, err := s.current(); err != nil {
			t.Fatal(err)
		}
		return s.began
	}
	first := current()
	for range 10 {
		if got := current(); got != first {
			t.Fatal("the table was read again, although nothing was done")
		}
	}
	failed := errors.New("failed")
	if err := s.step(func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("got %v from a step", err)
	}
	second := current()
	if second == first || current() != second {
		t.Error("after a step the table was not read once")
	}
	_ = s.step(func() error {
		if third := current(); third == second || current() == third {
			t.Error("while a step was carried out the table was not read each time")
		}
		return nil
	})
	fourth := current()
	if current() != fourth {
		t.Error("after the end of a step the table was read twice")
	}
	if _, err := s.fresh(); err != nil || s.began == fourth {
		t.Errorf("a fresh table was read before (%v)", err)
	}
}

// TestScanShared has many callers wait for fresh tables at the same time.
func TestScanShared(t *testing.T) {
	t.Parallel()
	var s scan
	s.reading.Lock()
	var all sync.WaitGroup
	const many = 50
	for range many {
		all.Go(func() {
			if _, err := s.fresh(); err != nil {
				t.Error(err)
			}
		})
	}
	for s.tick() < many {
	}
	s.reading.Unlock()
	all.Wait()
	if _, err := s.current(); err != nil {
		t.Error(err)
	}
}
