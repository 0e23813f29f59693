package control

import (
	"context"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// The shortest and the longest interval between two looks at the state.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// goal is the state that an action waits for, and the facts known so far.
type goal struct {
	want       lsb.Status
	verb, done string // "start", "started"
	err        error  // the error of the command; await then looks at the state only once

	// unproven is set if the service may have been in the wanted state before. That
	// state then does not prove that a failed command did anything.
	unproven bool

	// For a daemon: exited reports whether the instance that was stopped or started has
	// exited, and after returns what the current state means in that case. exited is nil
	// if the instance is not known.
	exited  func() bool
	after   func(now Status) (Outcome, bool)
	settled func(now Status) bool // whether the state is likely to last; nil: it is
	another Outcome               // the outcome if another client's start succeeded first
}

// await waits until the state is reached, the outcome is known, or the service's
// timeout is over.
func (c *Controller) await(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	deadline := time.Now().Add(s.Timeout)
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		exited := g.exited != nil && g.exited() // ask before Status, so that the state is newer than the exit
		now := c.fresh(ctx, s)
		reached := now.Code == g.want && now.State != pidfile.Starting && (g.settled == nil || g.settled(now))
		if reached && (g.err == nil || !g.unproven) {
			if g.err != nil {
				c.Log.Warn("%s: %s, although: %s", s.Path, g.done, headline(g.err.Error()))
			}
			return Outcome{Code: lsb.Done, Changed: true, Text: g.done}
		}
		if exited {
			if o, known := g.after(now); known {
				return o
			}
		}
		if g.err != nil {
			return failed(g.verb, g.err)
		}
		if g.want == lsb.Running && keepsFailing(now, deadline) {
			return failed(g.verb, errFailing(now, c.toSeeWhy(s)))
		}
		if time.Now().After(deadline) {
			return failed(g.verb, fmt.Errorf("after %s it is %s%s", s.Timeout, now.Detail, unfound(s, g.want, now.Code)))
		}
		if err := pauses.Wait(ctx); err != nil {
			return failed(g.verb, err)
		}
	}
}
