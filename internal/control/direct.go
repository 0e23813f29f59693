package control

import (
	"context"
	"strings"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Answer is what the commands of an action returned.
type Answer struct {
	Exit   int    // the exit status; 1 for a command that timed out or could not be run
	Output string // standard output and error, or the reason why there is none
}

// Direct runs the commands of the entry for an action. Unlike the other methods it
// looks at no state before, and waits for none afterwards. This is what simplevisor
// does for an action with a path. A restart without a command is a stop and a start,
// whatever the stop returned; their exit statuses are combined by bitwise or.
func (c *Controller) Direct(ctx context.Context, s *servicedef.Service, action servicedef.Action) Answer {
	if action == servicedef.Restart && !s.HasRestart() {
		stopped := c.direct(ctx, s, servicedef.Stop)
		started := c.direct(ctx, s, servicedef.Start)
		return Answer{Exit: stopped.Exit | started.Exit, Output: strings.Trim(stopped.Output+"\n"+started.Output, "\n")}
	}
	return c.direct(ctx, s, action)
}

func (c *Controller) direct(ctx context.Context, s *servicedef.Service, action servicedef.Action) Answer {
	step := s.Step(action, c.Svloop)
	switch step.Kind {
	case servicedef.Look:
		status := c.Status(ctx, s)
		if status.Code == lsb.Unknown {
			return Answer{Exit: int(status.Code), Output: status.Detail}
		}
		return Answer{Exit: int(status.Code)}
	case servicedef.Kill:
		if err := c.step(ctx, s, step); err != nil {
			return Answer{Exit: int(lsb.Failed), Output: err.Error()}
		}
		return Answer{}
	}
	var said collected
	var a Answer
	err := c.scan.step(func() error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r := c.carryOut(ctx, s, step, said.add)
		switch {
		case r.Err != nil:
			return r.Err
		case r.TimedOut:
			a = Answer{Exit: int(lsb.Failed), Output: "timeout"}
		default:
			a = Answer{Exit: r.Exit, Output: said.String()}
		}
		return nil
	})
	if err != nil {
		return Answer{Exit: int(lsb.Failed), Output: err.Error()}
	}
	return a
}

// mostOutput is how much of an output is kept, in bytes. The rest is dropped.
const mostOutput = 1 << 20

// collected is the output of a command, line by line.
type collected struct{ strings.Builder }

func (c *collected) add(line string) {
	if c.Len()+len(line) >= mostOutput {
		return
	}
	if c.Len() > 0 {
		c.WriteByte('\n')
	}
	c.WriteString(line)
}
