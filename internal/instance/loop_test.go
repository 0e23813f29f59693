package instance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output"
)

// play is a program for the loop: a word for the end of each run. The last word is
// repeated.
//
//	ok, fail       exit status 0 or 1
//	hidden         a failure with exit status 0
//	final          a failure that stops the loop
//	lasting        exit status 1 after an hour
//	until quit     when the context is done
type play struct {
	words  []string
	begins []time.Duration // when each run began
	born   time.Time
}

func (p *play) run(ctx context.Context) outcome {
	p.begins = append(p.begins, time.Since(p.born))
	word := p.words[0]
	if len(p.words) > 1 {
		p.words = p.words[1:]
	}
	switch word {
	case "ok":
		return outcome{text: "exit status 0"}
	case "fail":
		return outcome{code: 1, text: "exit status 1"}
	case "final":
		return outcome{code: 5, final: true, text: "the end"}
	case "lasting":
		time.Sleep(time.Hour)
		return outcome{code: 1, text: "exit status 1"}
	case "until quit":
		<-ctx.Done()
		return outcome{code: 143, text: "killed by signal TERM"}
	}
	panic("unknown word " + word)
}

func TestLoop(t *testing.T) {
	t.Parallel()
	const failed = "svloop: the program failed: exit status 1\n"
	tests := []struct {
		name   string
		policy cmdline.Policy
		words  string
		quit   time.Duration // when the context is done, 0: never
		begins string
		took   time.Duration
		want   outcome
		log    string
	}{
		{
			name: "until the first failure", policy: cmdline.Policy{Restart: cmdline.OnSuccess}, words: "ok,ok,fail",
			begins: "0s 0s 0s", want: outcome{code: 1, text: "exit status 1"}, log: failed,
		},
		{
			name: "a count and a sleep", policy: cmdline.Policy{Restart: cmdline.OnSuccess, Count: 3, Sleep: 1500 * time.Millisecond}, words: "ok",
			begins: "0s 1.5s 3s", took: 3 * time.Second, want: outcome{text: "exit status 0"},
		},
		{
			name: "on failure", policy: cmdline.Policy{Restart: cmdline.OnFailure, BackoffMin: time.Second, BackoffMax: time.Second}, words: "fail,fail,ok",
			begins: "0s 1s 2s", took: 2 * time.Second, want: outcome{text: "exit status 0"},
			log: failed + failed,
		},
		{
			name: "a final outcome", policy: cmdline.Policy{Restart: cmdline.Always}, words: "final",
			begins: "0s", want: outcome{code: 5, final: true, text: "the end"},
		},
		{
			name: "quit during a run", policy: cmdline.Policy{Restart: cmdline.Always}, words: "until quit", quit: time.Minute,
			begins: "0s", took: time.Minute, want: outcome{code: 143, text: "killed by signal TERM"},
		},
		{
			name: "quit during a sleep", policy: cmdline.Policy{Restart: cmdline.OnSuccess, Sleep: time.Hour}, words: "ok", quit: 90 * time.Minute,
			begins: "0s 1h0m0s", took: 90 * time.Minute,
		},
		{
			name: "quit during a backoff", policy: cmdline.Policy{Restart: cmdline.Always, BackoffMin: time.Hour, BackoffMax: time.Hour}, words: "fail", quit: time.Second,
			begins: "0s", took: time.Second, log: failed,
		},
		{
			name: "quit before the program has exited by itself", policy: cmdline.Policy{Restart: cmdline.OnSuccess}, words: "lasting", quit: time.Minute,
			begins: "0s", took: time.Hour, want: outcome{code: 1, text: "exit status 1"},
		},
		{
			name: "giving up", policy: cmdline.Policy{Restart: cmdline.OnFailure, MaxFailures: 3, Within: time.Minute, BackoffMin: time.Second, BackoffMax: time.Second}, words: "fail",
			begins: "0s 1s 2s", took: 2 * time.Second,
			want: outcome{code: 1, text: "exit status 1: 3 failures within 1m0s, giving up", gaveUp: "3 failures within 1m0s"},
			log:  failed + failed + failed + "svloop: exit status 1: 3 failures within 1m0s, giving up\n",
		},
		{
			name: "giving up at once", policy: cmdline.Policy{Restart: cmdline.OnFailure, MaxFailures: 1, Within: time.Minute}, words: "fail",
			begins: "0s", want: outcome{code: 1, text: "exit status 1: 1 failure within 1m0s, giving up", gaveUp: "1 failure within 1m0s"},
			log: failed + "svloop: exit status 1: 1 failure within 1m0s, giving up\n",
		},
		{
			name: "an immediate restart after a run that lasted", policy: cmdline.Policy{Restart: cmdline.OnFailure, BackoffMin: time.Minute, BackoffMax: time.Minute}, words: "fail,lasting,ok",
			begins: "0s 1m0s 1h1m0s", took: 61 * time.Minute, want: outcome{text: "exit status 0"}, log: failed + failed,
		},
		{
			name: "delays that start over after a run that lasted", policy: cmdline.Policy{Restart: cmdline.Always, BackoffMin: time.Second, BackoffMax: time.Second}, words: "fail,lasting,fail,until quit", quit: 2 * time.Hour,
			begins: "0s 1s 1h0m1s 1h0m2s", took: 2 * time.Hour, want: outcome{code: 143, text: "killed by signal TERM"}, log: failed + failed + failed,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.quit > 0 {
					time.AfterFunc(test.quit, cancel)
				}
				var log bytes.Buffer
				p := &play{words: strings.Split(test.words, ","), born: time.Now()}
				got := repeat(ctx, test.policy, p.run, noPause, output.NewLog("svloop", "", &log, false))
				if got != test.want {
					t.Errorf("outcome %+v, want %+v", got, test.want)
				}
				if begins := strings.Trim(fmt.Sprint(p.begins), "[]"); begins != test.begins {
					t.Errorf("runs began at %s, want %s", begins, test.begins)
				}
				if took := time.Since(p.born); took != test.took {
					t.Errorf("it took %s, want %s", took, test.took)
				}
				if log.String() != test.log {
					t.Errorf("it logged %q, want %q", log.String(), test.log)
				}
			})
		})
	}
}

// Each delay is that of the policy, plus a quarter at most.
func TestLoopJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const runs = 12
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := &play{words: []string{"fail"}, born: time.Now()}
		repeat(ctx, cmdline.Policy{Restart: cmdline.Always, BackoffMin: 100 * time.Millisecond, BackoffMax: time.Minute}, func(ctx context.Context) outcome {
			if len(p.begins) == runs-1 {
				cancel()
			}
			return p.run(ctx)
		}, noPause, output.NewLog("svloop", "", new(bytes.Buffer), false))
		exact := 0
		least := 100 * time.Millisecond
		for i := 1; i < runs; i++ {
			delay := p.begins[i] - p.begins[i-1]
			if most := min(least+least/4, time.Minute); delay < least || delay > most {
				t.Errorf("delay %d is %s, want from %s to %s", i, delay, least, most)
			}
			if delay == least {
				exact++
			}
			least = min(2*least, time.Minute)
		}
		if exact > 4 { // the last delays are the longest, which have no jitter
			t.Errorf("%d of %d delays have no jitter", exact, runs-1)
		}
	})
}

func noPause(time.Duration) {}

func TestLoopAnnouncesPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var pauses []time.Duration
		p := &play{words: []string{"ok"}, born: time.Now()}
		policy := cmdline.Policy{Restart: cmdline.OnSuccess, Count: 3, Sleep: time.Second}
		repeat(t.Context(), policy, p.run, func(d time.Duration) { pauses = append(pauses, d) }, output.NewLog("name", "", new(bytes.Buffer), false))
		if want := []time.Duration{time.Second, time.Second}; !slices.Equal(pauses, want) {
			t.Errorf("got the pauses %v, want %v", pauses, want)
		}
	})
}

func TestLoopSaysWhyItWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := &play{words: []string{"ok"}, born: time.Now()}
		repeat(t.Context(), cmdline.Policy{Restart: cmdline.OnSuccess, Count: 2, Sleep: time.Second}, p.run, noPause, output.NewLog("name", "", &log, true))
		if log.String() != "name: next run in 1s\n" {
			t.Errorf("it logged %q", log.String())
		}
	})
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		outcome outcome
		ok      bool
	}{
		{outcome{}, true}, {outcome{text: "x", final: true}, true},
		{outcome{code: 1}, false}, {outcome{code: 1, final: true}, false},
	} {
		if test.outcome.ok() != test.ok {
			t.Errorf("%+v is ok: %v", test.outcome, !test.ok)
		}
	}
}

// The cost of the loop itself for each run.
func BenchmarkLoop(b *testing.B) {
	const runs = 1000
	log := output.NewLog("svloop", "", new(bytes.Buffer), false)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		last := repeat(b.Context(), cmdline.Policy{Restart: cmdline.OnSuccess, Count: runs}, func(context.Context) outcome {
			n++
			return outcome{}
		}, noPause, log)
		if n != runs || !last.ok() {
			b.Fatal(errors.New("the loop did not run its count"))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/runs, "ns/run")
}
