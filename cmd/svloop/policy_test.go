package main

import (
	"testing"
	"time"
)

// standard is a policy with the defaults of the command line.
func standard(r restart) policy {
	return policy{restart: r, backoffMin: 100 * time.Millisecond, backoffMax: time.Minute}
}

func TestJudge(t *testing.T) {
	counted := func(p policy, n int) policy { p.count = n; return p }
	sleeping := func(p policy) policy { p.sleep = 3 * time.Second; return p }
	const first = 100 * time.Millisecond
	tests := []struct {
		name   string
		policy policy
		ok     bool
		want   verdict
	}{
		{"on-success goes on after a success", standard(onSuccess), true, verdict{again: true}},
		{"on-success sleeps between", sleeping(standard(onSuccess)), true, verdict{again: true, delay: 3 * time.Second}},
		{"on-success stops at a failure", standard(onSuccess), false, verdict{}},
		{"on-success stops after the count", counted(standard(onSuccess), 1), true, verdict{}},
		{"on-success goes on below the count", counted(standard(onSuccess), 2), true, verdict{again: true}},
		{"on-failure stops at a success", standard(onFailure), true, verdict{}},
		{"on-failure goes on below the count", counted(standard(onFailure), 2), true, verdict{again: true}},
		{"on-failure goes on after a failure", standard(onFailure), false, verdict{again: true, delay: first}},
		{"on-failure does not count failures", counted(standard(onFailure), 1), false, verdict{again: true, delay: first}},
		{"always goes on after a success", standard(always), true, verdict{again: true, delay: first}},
		{"always goes on after a failure", standard(always), false, verdict{again: true, delay: first}},
		{"always does not count", counted(standard(always), 1), true, verdict{again: true, delay: first}},
		{"always sleeps if that is longer", sleeping(standard(always)), true, verdict{again: true, delay: 3 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := progress{policy: tt.policy}
			if got := p.judge(tt.ok, 0, time.Time{}, 0); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestBackoffDoublesUpToTheLongest(t *testing.T) {
	p := progress{policy: policy{restart: always, backoffMin: time.Second, backoffMax: 5 * time.Second}}
	for i, want := range []time.Duration{1, 2, 4, 5, 5} {
		if got := p.judge(false, 0, time.Time{}, 0).delay; got != want*time.Second {
			t.Errorf("delay %d is %s, want %s", i, got, want*time.Second)
		}
	}
}

func TestBackoffStartsOverAfterALastingRun(t *testing.T) {
	tests := []struct {
		longest, lasted time.Duration
		over            bool
	}{
		{time.Minute, 9 * time.Second, false},
		{time.Minute, 10 * time.Second, true},
		{4 * time.Second, 3 * time.Second, false},
		{4 * time.Second, 4 * time.Second, true},
	}
	for _, tt := range tests {
		p := progress{policy: policy{restart: always, backoffMin: time.Second, backoffMax: tt.longest}}
		p.judge(false, 0, time.Time{}, 0)
		want := 2 * time.Second
		if tt.over {
			want = time.Second
		}
		if got := p.judge(false, tt.lasted, time.Time{}, 0).delay; got != want {
			t.Errorf("after %s with MAX %s the delay is %s, want %s", tt.lasted, tt.longest, got, want)
		}
	}
}

func TestJitterAddsAtMostAQuarter(t *testing.T) {
	for _, tt := range []struct {
		jitter float64
		want   time.Duration
	}{{0, 4 * time.Second}, {0.5, 4500 * time.Millisecond}, {1, 5 * time.Second}} {
		p := progress{policy: policy{restart: always, backoffMin: 4 * time.Second, backoffMax: time.Minute}}
		if got := p.judge(false, 0, time.Time{}, tt.jitter).delay; got != tt.want {
			t.Errorf("jitter %g: delay %s, want %s", tt.jitter, got, tt.want)
		}
	}
	p := progress{policy: policy{restart: always, backoffMin: 4 * time.Second, backoffMax: 4 * time.Second}}
	if got := p.judge(false, 0, time.Time{}, 1).delay; got != 4*time.Second {
		t.Errorf("jitter leads beyond the longest delay, to %s", got)
	}
}

func TestMaxFailuresCountsAWindow(t *testing.T) {
	p := standard(always)
	p.maxFailures, p.within = 3, 10*time.Second
	at := func(seconds int) time.Time { return time.Unix(int64(seconds), 0) }
	tests := []struct {
		name  string
		times []int
		want  bool
	}{
		{"two are not three", []int{0, 1}, false},
		{"three at once", []int{0, 0, 0}, true},
		{"three within, the bound counts", []int{0, 5, 10}, true},
		{"three, but slowly", []int{0, 5, 11}, false},
		{"slowly, then fast", []int{0, 20, 40, 41, 42}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			progress := progress{policy: p}
			var last verdict
			for _, seconds := range tt.times {
				last = progress.judge(false, 0, at(seconds), 0)
			}
			if last.gaveUp != tt.want || last.again == tt.want {
				t.Errorf("got %+v, want to give up: %v", last, tt.want)
			}
		})
	}
}
