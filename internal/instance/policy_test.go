package instance

import (
	"slices"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
)

// ran is a run as the policy sees it.
type ran struct {
	ok     bool
	lasted time.Duration
	jitter float64
}

var (
	good = ran{ok: true}
	bad  = ran{}
)

// judged returns the verdicts of a policy, as text, on runs that follow each other after
// the delay of the policy.
func judged(p cmdline.Policy, runs ...ran) (words []string) {
	progress := progress{policy: p}
	now := time.Unix(1e9, 0)
	for _, r := range runs {
		now = now.Add(r.lasted)
		v := progress.judge(r.ok, r.lasted, now, r.jitter)
		switch {
		case v.again:
			words = append(words, v.delay.String())
			now = now.Add(v.delay)
		case v.gaveUp:
			words = append(words, "gave up")
		default:
			words = append(words, "over")
		}
	}
	return words
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	keep := cmdline.Policy{Restart: cmdline.Always, BackoffMin: 100 * ms, BackoffMax: time.Second}
	long := ran{ok: false, lasted: 20 * time.Second}
	tests := []struct {
		name   string
		policy cmdline.Policy
		runs   []ran
		want   []string
	}{
		{"a loop without a limit", cmdline.Policy{Restart: cmdline.OnSuccess}, []ran{good, good, good, bad}, []string{"0s", "0s", "0s", "over"}},
		{"a count", cmdline.Policy{Restart: cmdline.OnSuccess, Count: 3}, []ran{good, good, good}, []string{"0s", "0s", "over"}},
		{"a count of one", cmdline.Policy{Restart: cmdline.OnSuccess, Count: 1}, []ran{good}, []string{"over"}},
		{"a failure before the count is over", cmdline.Policy{Restart: cmdline.OnSuccess, Count: 3}, []ran{good, bad}, []string{"0s", "over"}},
		{"sleep", cmdline.Policy{Restart: cmdline.OnSuccess, Sleep: 5 * time.Second, BackoffMin: 100 * ms, BackoffMax: time.Second},
			[]ran{good, {ok: true, jitter: 1}, bad}, []string{"5s", "5s", "over"}},

		{"on-failure stops at a success", cmdline.Policy{Restart: cmdline.OnFailure}, []ran{bad, bad, good}, []string{"0s", "0s", "over"}},
		{"on-failure counts successes", cmdline.Policy{Restart: cmdline.OnFailure, Count: 2, Sleep: time.Second, BackoffMin: ms, BackoffMax: 8 * ms},
			[]ran{good, bad, bad, good}, []string{"1s", "1ms", "2ms", "over"}},

		{"always ignores the count", cmdline.Policy{Restart: cmdline.Always, Count: 1}, []ran{good, bad, good, bad}, []string{"0s", "0s", "0s", "0s"}},
		{"always grows after successes too", keep, []ran{good, good, good}, []string{"100ms", "200ms", "400ms"}},
		{"sleep is the least after a success", cmdline.Policy{Restart: cmdline.Always, Sleep: 300 * ms, BackoffMin: 100 * ms, BackoffMax: time.Second},
			[]ran{good, bad, good}, []string{"300ms", "200ms", "400ms"}},

		{"growth up to the longest", keep, []ran{bad, bad, bad, bad, bad, bad}, []string{"100ms", "200ms", "400ms", "800ms", "1s", "1s"}},
		{"jitter is a quarter at most", keep, []ran{{jitter: 1}, {jitter: 0.5}, {jitter: 1}}, []string{"125ms", "225ms", "500ms"}},
		{"jitter does not exceed the longest", keep, []ran{bad, bad, bad, {jitter: 1}, {jitter: 1}}, []string{"100ms", "200ms", "400ms", "1s", "1s"}},
		{"growth from a zero delay", cmdline.Policy{Restart: cmdline.Always, BackoffMax: time.Second}, []ran{bad, bad, bad}, []string{"0s", "100ms", "200ms"}},
		{"zero delays", cmdline.Policy{Restart: cmdline.Always}, []ran{bad, bad, {jitter: 1}}, []string{"0s", "0s", "0s"}},
		{"no delay after a run that lasted", keep, []ran{long, long, {ok: true, lasted: time.Hour, jitter: 1}}, []string{"0s", "0s", "0s"}},
		{"delays start over after a run that lasted", cmdline.Policy{Restart: cmdline.Always, BackoffMin: 100 * ms, BackoffMax: time.Minute},
			[]ran{bad, bad, bad, long, bad, {lasted: 9999 * ms}, {lasted: 10 * time.Second}, bad},
			[]string{"100ms", "200ms", "400ms", "0s", "100ms", "200ms", "0s", "100ms"}},
		{"short delays start over earlier", keep, []ran{bad, bad, {lasted: 999 * ms}, {lasted: time.Second}, bad},
			[]string{"100ms", "200ms", "400ms", "100ms", "200ms"}},
		{"a long delay is kept after shorter runs", cmdline.Policy{Restart: cmdline.Always, BackoffMin: time.Minute, BackoffMax: time.Minute},
			[]ran{long, {lasted: 59 * time.Second}, {lasted: time.Minute}, bad}, []string{"1m0s", "1m0s", "0s", "1m0s"}},
		{"only the first restart after a run that lasted is immediate", cmdline.Policy{Restart: cmdline.Always, BackoffMax: time.Minute},
			[]ran{long, bad, bad, long, bad}, []string{"0s", "100ms", "200ms", "0s", "100ms"}},
		{"sleep is the minimum after a long success", cmdline.Policy{Restart: cmdline.Always, Sleep: 300 * ms, BackoffMin: 100 * ms, BackoffMax: time.Second},
			[]ran{{ok: true, lasted: time.Hour}, long}, []string{"300ms", "0s"}},

		{"too many failures", cmdline.Policy{Restart: cmdline.OnFailure, MaxFailures: 3, Within: time.Minute}, []ran{bad, bad, bad}, []string{"0s", "0s", "gave up"}},
		{"a limit of one failure", cmdline.Policy{Restart: cmdline.Always, MaxFailures: 1, Within: time.Second}, []ran{good, bad}, []string{"0s", "gave up"}},
		{"successes in between do not count", cmdline.Policy{Restart: cmdline.Always, MaxFailures: 2, Within: time.Minute}, []ran{bad, good, good, bad}, []string{"0s", "0s", "0s", "gave up"}},
		{"failures just within the time", cmdline.Policy{Restart: cmdline.Always, MaxFailures: 2, Within: 20 * time.Second}, []ran{bad, long}, []string{"0s", "gave up"}},
		{"failures that are far apart", cmdline.Policy{Restart: cmdline.Always, MaxFailures: 2, Within: 19 * time.Second}, []ran{bad, long, long, bad}, []string{"0s", "0s", "0s", "gave up"}},
		{"no limit", cmdline.Policy{Restart: cmdline.Always, Within: time.Minute}, slices.Repeat([]ran{bad}, 50), slices.Repeat([]string{"0s"}, 50)},
		{"on-success gives up by itself", cmdline.Policy{Restart: cmdline.OnSuccess, MaxFailures: 1, Within: time.Minute}, []ran{bad}, []string{"over"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := judged(test.policy, test.runs...); !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// The list of failures does not grow without limit.
func TestFailuresAreForgotten(t *testing.T) {
	t.Parallel()
	p := progress{policy: cmdline.Policy{Restart: cmdline.Always, MaxFailures: 10, Within: time.Second}}
	now := time.Unix(1e9, 0)
	for i := range 10000 {
		now = now.Add(time.Minute)
		if v := p.judge(false, 0, now, 0); !v.again {
			t.Fatalf("gave up after %d", i)
		}
	}
	if len(p.failures) > 10 || cap(p.failures) > 100 {
		t.Errorf("%d failures are kept, with room for %d", len(p.failures), cap(p.failures))
	}
}
