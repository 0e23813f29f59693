package control

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Start starts a service that does not run, and cleans up a dirty one first.
func (c *Controller) Start(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.Start, s)
}

// Stop stops a service that is not stopped.
func (c *Controller) Stop(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.Stop, s)
}

// Restart runs the restart command of a service, or stops and starts it, in any
// state.
func (c *Controller) Restart(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.Restart, s)
}

// act looks up the state, and executes the plan for it.
func (c *Controller) act(ctx context.Context, action servicedef.Action, s *servicedef.Service) Outcome {
	var before Status
	var i instance
	looked := needsState(action, s)
	if looked {
		before, i = c.lookAt(ctx, s)
	}
	defer i.close()
	if ctx.Err() != nil {
		return failed(string(action), context.Cause(ctx))
	}
	if isShortage(before.Err) {
		return failed(string(action), before.Err) // the service may be fine
	}
	plan := Decide(action, before, s)
	if len(plan.Steps) > 0 && looked && s.InTable() {
		// The shared table may be older than the lock that the caller holds on the service.
		before = c.fresh(ctx, s)
		plan = Decide(action, before, s)
	}
	if len(plan.Steps) == 0 {
		return Outcome{Code: plan.Code, Text: plan.Text}
	}
	o, err := c.execute(ctx, action, plan.Steps, before, &i, s)
	switch {
	case !unknownWord(err):
		return o
	case action == servicedef.Reload && mayLackReload(s):
		o.Code = lsb.Unimplemented
		return o
	case plan.Instead == nil:
		return o
	}
	c.Log.Info("%s: %s instead: %s", s.Path, instead(plan.Instead), headline(err.Error()))
	if plan.Instead[0].Kind == Restart {
		return c.act(ctx, servicedef.Restart, s)
	}
	before = c.Status(ctx, s)
	if ctx.Err() != nil {
		return failed(string(action), context.Cause(ctx))
	}
	o, _ = c.execute(ctx, servicedef.Restart, Decide(action, before, s).Instead, before, &i, s)
	return o
}

// isShortage reports whether a look failed because this process or the system lacks
// descriptors or memory.
func isShortage(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM)
}

// needsState reports whether the state decides what an action does. A restart command is
// run in every state.
func needsState(action servicedef.Action, s *servicedef.Service) bool {
	switch action {
	case servicedef.Restart:
		return !s.HasRestart()
	case servicedef.Reload:
		return s.HasReload()
	}
	return true
}

func instead(steps []Step) string {
	if steps[0].Kind == Restart {
		return "restarted"
	}
	return "stopped and started"
}

// execute runs the steps of a plan until a step fails, and returns the outcome of the last
// step that ran. The error is that of the failed command. i is the instance that ran
// before.
func (c *Controller) execute(ctx context.Context, action servicedef.Action, steps []Step, before Status, i *instance, s *servicedef.Service) (o Outcome, err error) {
	for _, step := range steps {
		switch step.Kind {
		case CleanUp:
			c.Log.Info("%s: cleaning up: %s", s.Path, before.Detail)
			if err := c.perform(ctx, s, servicedef.Stop); err != nil && !heldByAnother(s, err) {
				return failed("clean up", err), err
			}
		case Forget:
			if err := c.perform(ctx, s, servicedef.Stop); err != nil {
				return failed("stop", err), err
			}
			o = Outcome{Code: lsb.Done, Text: alreadyStopped}
		case Stop:
			if o = c.stop(ctx, s, i); o.Code != lsb.Done {
				return o, nil
			}
			if restarts(action) && ctx.Err() != nil {
				return failed("restart", fmt.Errorf("it was stopped, but not started: %w", context.Cause(ctx))), nil
			}
		case Wait:
			o = c.startBegun(ctx, s)
		case Start:
			o = c.start(ctx, s, goalOf(action, step))
		case Restart:
			if err := c.perform(ctx, s, servicedef.Restart); err != nil {
				return failed("restart", err), err
			}
			o = c.await(ctx, s, goalOf(action, step))
		case Ready:
			if o = c.awaitReady(ctx, s); o.Code != lsb.Done {
				return o, nil
			}
		case Reload:
			return c.reload(ctx, s, i)
		}
	}
	return o, nil
}

// restarts reports whether the action starts a service again that it has stopped.
func restarts(action servicedef.Action) bool {
	return action == servicedef.Restart || action == servicedef.TryRestart || action == servicedef.ForceReload
}

// goalOf returns the state that a start or restart step waits for.
func goalOf(action servicedef.Action, step Step) goal {
	if restarts(action) {
		return goal{want: lsb.Running, verb: "restart", done: "restarted", another: Outcome{Code: lsb.Done, Changed: true, Text: "restarted"}}
	}
	g := goal{want: lsb.Running, verb: "start", done: "started", another: Outcome{Code: lsb.Done, Text: alreadyRunning}}
	g.unproven = step.Unproven
	return g
}

// stop runs the stop command of a service that is not stopped, and waits until the service
// is stopped.
func (c *Controller) stop(ctx context.Context, s *servicedef.Service, i *instance) Outcome {
	err := c.perform(ctx, s, servicedef.Stop)
	return c.await(ctx, s, goal{want: lsb.NotRunning, verb: "stop", done: "stopped", err: err, exited: i.exited, after: stoppedAfter})
}

// start runs the start command of a service that is not running, and waits until the
// service runs.
func (c *Controller) start(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	if s.Kind() == servicedef.ByDaemon {
		return c.startDaemon(ctx, s, g)
	}
	g.err = c.perform(ctx, s, servicedef.Start)
	return c.await(ctx, s, g)
}

// unknownWord reports whether the control command rejected its last word. LSB defines
// exit status 3 as "not implemented", and many scripts exit with 2 for every unknown
// word.
func unknownWord(err error) bool {
	var command *CommandError
	return errors.As(err, &command) && (command.Code == lsb.Usage || command.Code == lsb.Unimplemented)
}
