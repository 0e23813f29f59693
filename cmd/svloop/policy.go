package main

import "time"

// restart says after which ends of the command it is run again.
type restart string

const (
	// onSuccess loops: run again after a success, stop at the first failure.
	onSuccess restart = "on-success"
	// onFailure runs again after a failure, and stops at a success (at the
	// Nth with --count N).
	onFailure restart = "on-failure"
	// always keeps the command alive.
	always restart = "always"
)

// policy is what the options say about the loop.
type policy struct {
	count       int // counted runs, 0 for no limit
	sleep       time.Duration
	restart     restart
	backoffMin  time.Duration
	backoffMax  time.Duration
	maxFailures int           // 0 for no limit
	within      time.Duration // in which maxFailures are too many
}

// lasting is how long a run must have lasted for the delays to start over,
// unless the longest delay is shorter.
const lasting = 10 * time.Second

// progress is a policy and what has happened so far.
type progress struct {
	policy
	counted  int
	delay    time.Duration // the next one, before jitter
	failures []time.Time   // the latest, at most maxFailures
}

// verdict is what to do after a run.
type verdict struct {
	again  bool
	delay  time.Duration
	gaveUp bool // it ends because of too many failures
}

// judge decides after a run that ended at now. The jitter, from 0 to 1, adds up
// to a quarter to a delay, so that programs that fail together do not come back
// together.
func (p *progress) judge(ok bool, lasted time.Duration, now time.Time, jitter float64) verdict {
	if ok && p.restart != always {
		p.counted++
		if p.enough() {
			return verdict{}
		}
		return verdict{again: true, delay: p.sleep}
	}
	if !ok && p.restart == onSuccess {
		return verdict{}
	}
	if !ok && p.tooMany(now) {
		return verdict{gaveUp: true}
	}
	delay := p.backoff(lasted, jitter)
	if ok {
		delay = max(delay, p.sleep)
	}
	return verdict{again: true, delay: delay}
}

// enough reports whether the counted runs are over. A restart that on-failure
// or always makes is not counted.
func (p *progress) enough() bool {
	limit := p.count
	if p.restart == onFailure {
		limit = max(limit, 1)
	}
	return limit > 0 && p.counted >= limit
}

func (p *progress) tooMany(now time.Time) bool {
	if p.maxFailures == 0 {
		return false
	}
	p.failures = append(p.failures, now)
	if len(p.failures) < p.maxFailures {
		return false
	}
	first := p.failures[0]
	p.failures = append(p.failures[:0], p.failures[1:]...)
	return now.Sub(first) <= p.within
}

func (p *progress) backoff(lasted time.Duration, jitter float64) time.Duration {
	if p.delay == 0 || lasted >= min(lasting, p.backoffMax) {
		p.delay = p.backoffMin
	}
	delay := p.delay
	p.delay = min(2*p.delay, p.backoffMax)
	return min(delay+time.Duration(jitter*float64(delay)/4), p.backoffMax)
}
