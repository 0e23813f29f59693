package integration

import (
	"fmt"
	"sync"
	"testing"
)

// TestSimultaneousStarts lets 200 starts claim one pid file: one succeeds, and each of
// the others names the process that holds it.
func TestSimultaneousStarts(t *testing.T) {
	t.Parallel()
	const starts, rounds = 200, 3
	h := newHost(t)
	for range rounds {
		answers := make([]answer, starts)
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range answers {
			all.Go(func() {
				<-begin
				answers[i] = h.start()
			})
		}
		close(begin)
		all.Wait()
		winner := h.pid()
		won := fmt.Sprintf("svloop (pid %d) started\n", winner)
		lost := fmt.Sprintf("svloop: cannot claim pid file: pid file %q is held by pid %d\n", h.pidfile, winner)
		winners := 0
		for _, a := range answers {
			switch {
			case a.code == 0 && a.stdout == won && a.stderr == "":
				winners++
			case a.code != 1 || a.stdout != "" || a.stderr != lost:
				t.Errorf("%v\nwant %q or %q", a, won, lost)
			}
		}
		h.wantOneProgram()
		if _, others := h.processes(); winners != 1 || len(others) != 1 || others[0] != winner {
			t.Errorf("%d starts won, processes %v run; want one, and pid %d", winners, others, winner)
		}
		h.wantQuit()
	}
}
