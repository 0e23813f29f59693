//go:build linux

package proctree

import (
	"os"
	"sync"
	"testing"
)

func TestSnapshotsAtTheSameTimeShareOneReading(t *testing.T) {
	var s readings[Stat]
	s.turn.Lock() // as if a reading were in progress
	first, mine := s.join()
	if !mine {
		t.Fatal("the first call does not read")
	}
	const callers = 10
	tables := make([]Table, callers)
	var wait, joined sync.WaitGroup
	joined.Add(callers)
	for i := range callers {
		wait.Go(func() {
			r, mine := s.join()
			joined.Done()
			if mine || r != first {
				t.Error("a call during a reading does not join the next one")
			}
			tables[i] = s.result(r, mine, readTable)
		})
	}
	joined.Wait()
	s.turn.Unlock()
	if own := Table(s.result(first, true, readTable)); len(own.InSession(ownSession(t))) == 0 {
		t.Error("the table lacks this process")
	}
	wait.Wait()
	for i := range tables {
		if len(tables[i]) == 0 {
			t.Fatalf("caller %d has no table", i)
		}
		tables[i][0].PID = -1 // races with others, if they share the memory
	}
	if r, mine := s.join(); !mine || r == first {
		t.Error("a call after a reading shares it")
	}
}

func ownSession(t *testing.T) int {
	t.Helper()
	s, err := ReadStat(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return s.Session
}
