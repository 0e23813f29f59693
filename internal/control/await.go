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

// How often the state is looked at.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// goal is the state that an action waits for, and what is known of the way there.
type goal struct {
	want       lsb.Status
	verb, done string // "start", "started"
	err        error  // how the command failed: then the state is looked at once

	// unproven is set when the state may have been the wanted one before, so that
	// it does not show that a command which failed has done something.
	unproven bool

	// Of a daemon: whether the instance that was stopped or started has exited, and
	// what that means when the service is in this state afterwards. Where exited is
	// nil the instance is not known.
	exited  func() bool
	after   func(now Status) (Outcome, bool)
	settled func() bool // whether the state will last, as far as one can see; nil: it will
	another Outcome     // of a start that found the instance of another client
}

// await waits until the state is reached, the outcome is known, or the service's
// timeout is over.
func (c *Controller) await(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	deadline := time.Now().Add(s.Timeout)
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		exited := g.exited != nil && g.exited() // before the look, which shows what came after
		now := c.fresh(ctx, s)
		reached := now.Code == g.want && now.State != pidfile.Starting && (g.settled == nil || g.settled())
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
			return failed(g.verb, errFailing(now))
		}
		if time.Now().After(deadline) {
			return failed(g.verb, fmt.Errorf("after %s it is %s%s", s.Timeout, now.Detail, unfound(s, g.want, now.Code)))
		}
		if err := pauses.Wait(ctx); err != nil {
			return failed(g.verb, err)
		}
	}
}
