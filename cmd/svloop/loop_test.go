package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// runs returns a run function that gives these outcomes one after the other,
// each after a minute, and the times at which it was called.
func runs(outcomes ...outcome) (run func(context.Context) outcome, begun *[]time.Duration) {
	begun = new([]time.Duration)
	start := time.Now()
	return func(ctx context.Context) outcome {
		*begun = append(*begun, time.Since(start))
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return outcome{}
		}
		result := outcomes[0]
		if len(outcomes) > 1 {
			outcomes = outcomes[1:]
		}
		return result
	}, begun
}

func testLog() (*logger, *bytes.Buffer) {
	var text bytes.Buffer
	return newLogger("svloop", &text, false), &text
}

var (
	success = outcome{text: "exit status 0"}
	failure = outcome{code: 7, text: "exit status 7"}
)

func TestLoopStopsAfterTheCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := standard(onSuccess)
		p.count, p.sleep = 3, 10*time.Second
		run, begun := runs(success)
		log, said := testLog()
		if last := loop(t.Context(), p, run, log); last != success {
			t.Errorf("last outcome %+v", last)
		}
		// A minute each, ten seconds between, and no sleep after the last.
		want := []time.Duration{0, 70 * time.Second, 140 * time.Second}
		if len(*begun) != 3 || (*begun)[1] != want[1] || (*begun)[2] != want[2] {
			t.Errorf("runs began at %v, want %v", *begun, want)
		}
		if said.Len() > 0 {
			t.Errorf("it said %q", said)
		}
	})
}

func TestLoopStopsAtTheFirstFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, begun := runs(success, failure, success)
		log, said := testLog()
		if last := loop(t.Context(), standard(onSuccess), run, log); last != failure {
			t.Errorf("last outcome %+v", last)
		}
		if len(*begun) != 2 {
			t.Errorf("%d runs, want 2", len(*begun))
		}
		if want := "svloop: the program failed: exit status 7\n"; said.String() != want {
			t.Errorf("it said %q, want %q", said, want)
		}
	})
}

func TestLoopGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := standard(always)
		p.maxFailures, p.within = 3, time.Hour
		run, begun := runs(failure)
		log, said := testLog()
		last := loop(t.Context(), p, run, log)
		if want := "exit status 7: 3 failures within 1h0m0s, giving up"; last.code != 7 || last.text != want {
			t.Errorf("last outcome %+v, want the text %q", last, want)
		}
		if len(*begun) != 3 {
			t.Errorf("%d runs, want 3", len(*begun))
		}
		if !strings.HasSuffix(said.String(), "svloop: exit status 7: 3 failures within 1h0m0s, giving up\n") {
			t.Errorf("it said %q", said)
		}
	})
}

// A quit must not wait for the end of a pause, however long.
func TestLoopIsCutShort(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   time.Duration // within the first run, or within the hour after it
	}{{"in a run", 30 * time.Second}, {"in a pause", 2 * time.Minute}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := standard(onSuccess)
				p.sleep = time.Hour
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(tt.at, func() { cancel(errors.New("quit")) })
				begin := time.Now()
				run, begun := runs(success)
				log, _ := testLog()
				if last := loop(ctx, p, run, log); !last.ok() {
					t.Errorf("last outcome %+v", last)
				}
				if took := time.Since(begin); took != tt.at {
					t.Errorf("it ended after %s, want %s", took, tt.at)
				}
				if len(*begun) != 1 {
					t.Errorf("%d runs, want 1", len(*begun))
				}
			})
		})
	}
}

func TestLoopHeedsAFinalOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		final := outcome{code: 127, final: true, text: "no such command"}
		run, begun := runs(final)
		log, said := testLog()
		if last := loop(t.Context(), standard(always), run, log); last != final {
			t.Errorf("last outcome %+v", last)
		}
		if len(*begun) != 1 || said.Len() > 0 {
			t.Errorf("%d runs, and it said %q", len(*begun), said)
		}
	})
}

// BenchmarkLoop is what a thousand runs cost beside the runs themselves.
func BenchmarkLoop(b *testing.B) {
	log, _ := testLog()
	p := standard(onSuccess)
	b.ReportAllocs()
	for b.Loop() {
		p.count = 1000
		loop(b.Context(), p, func(context.Context) outcome { return success }, log)
	}
}
