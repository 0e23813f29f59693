package instance

import (
	"cmp"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
)

// lasting is the duration of a run after which the program is restarted at once and the
// delays start over; less if the longest delay is shorter.
const lasting = 10 * time.Second

// smallestDelay replaces a delay of 0, which cannot double: a program that fails at once
// would use a whole processor.
const smallestDelay = 100 * time.Millisecond

// progress is the state of a policy after some runs.
type progress struct {
	policy   cmdline.Policy
	counted  int           // runs that --count counts
	delay    time.Duration // the next delay, before jitter
	failures []time.Time   // times of the latest failures, at most MaxFailures
}

// verdict is the decision after a run.
type verdict struct {
	again  bool
	delay  time.Duration
	gaveUp bool // the loop stops because of too many failures
}

// judge decides what follows a run that ended at now. The jitter, from 0 to 1, adds up to
// a quarter to a delay, so that programs that fail at the same time do not restart at the
// same time.
func (p *progress) judge(ok bool, lasted time.Duration, now time.Time, jitter float64) verdict {
	if ok && p.policy.Restart != cmdline.Always {
		p.counted++
		if p.enough() {
			return verdict{}
		}
		return verdict{again: true, delay: p.policy.Sleep}
	}
	if !ok && p.policy.Restart == cmdline.OnSuccess {
		return verdict{}
	}
	if !ok && p.tooMany(now) {
		return verdict{gaveUp: true}
	}
	delay := p.backoff(lasted, jitter)
	if ok {
		delay = max(delay, p.policy.Sleep)
	}
	return verdict{again: true, delay: delay}
}

// enough reports whether --count is reached. Restarts after a failure, and those of
// --restart always, do not count.
func (p *progress) enough() bool {
	limit := p.policy.Count
	if p.policy.Restart == cmdline.OnFailure {
		limit = max(limit, 1)
	}
	return limit > 0 && p.counted >= limit
}

func (p *progress) tooMany(now time.Time) bool {
	if p.policy.MaxFailures == 0 {
		return false
	}
	p.failures = append(p.failures, now)
	if len(p.failures) < p.policy.MaxFailures {
		return false
	}
	first := p.failures[0]
	p.failures = append(p.failures[:0], p.failures[1:]...)
	return now.Sub(first) <= p.policy.Within
}

// backoff returns the delay before a restart. A run that lasted shows that the program
// works, so its restart is immediate; the delays grow for runs that fail quickly.
func (p *progress) backoff(lasted time.Duration, jitter float64) time.Duration {
	if lasted >= max(lasting, p.policy.BackoffMin) {
		p.delay = min(cmp.Or(p.policy.BackoffMin, smallestDelay), p.policy.BackoffMax)
		return 0
	}
	if p.delay == 0 || lasted >= min(lasting, p.policy.BackoffMax) {
		p.delay = p.policy.BackoffMin
	}
	delay := p.delay
	p.delay = min(cmp.Or(2*p.delay, smallestDelay), p.policy.BackoffMax)
	return min(delay+time.Duration(jitter*float64(delay)/4), p.policy.BackoffMax)
}
