package control

import (
	"context"
	"errors"
	"time"

	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// perform runs what the entry defines for an action.
func (c *Controller) perform(ctx context.Context, s *servicedef.Service, action servicedef.Action) error {
	return c.step(ctx, s, s.Step(action, c.Svloop))
}

func (c *Controller) step(ctx context.Context, s *servicedef.Service, step servicedef.Step) error {
	return c.scan.step(func() error { return c.take(ctx, s, step) })
}

func (c *Controller) take(ctx context.Context, s *servicedef.Service, step servicedef.Step) error {
	if ctx.Err() != nil {
		return context.Cause(ctx) // start nothing after an interruption
	}
	if step.Kind == servicedef.Kill {
		schedule := proctree.Schedule{{Signal: sigTERM, Grace: step.Timeout}, {Signal: sigKILL}}
		ctx, cancel := context.WithTimeoutCause(ctx, step.Timeout+killTime, errKill)
		defer cancel()
		return proctree.Stop(ctx, matching.NewMatching(s.Matches), schedule, nil)
	}
	_, err := c.command(ctx, s, step)
	return err
}

// command runs the command of a step, and returns the last lines of its output.
func (c *Controller) command(ctx context.Context, s *servicedef.Service, step servicedef.Step) ([]string, error) {
	said := newTail(s)
	r := c.carryOut(ctx, s, step, said.add)
	if r.Err == nil && r.Exit == 0 && !r.TimedOut {
		return said.lines, nil
	}
	svloop := s.Kind() == servicedef.ByDaemon && step.Action != servicedef.Reload
	e := &CommandError{Code: codeOf(s, svloop, r), Argv: step.Argv, How: r.Ended, Output: said.lines, Err: r.Err, svloop: svloop}
	if r.TimedOut {
		e.Output = nil
	}
	return said.lines, e
}

// carryOut does what the command of a step does: in this process if it is svloop, and
// this process can, else by running the command.
func (c *Controller) carryOut(ctx context.Context, s *servicedef.Service, step servicedef.Step, said func(string)) runner.Result {
	if c.quits(s, step) {
		return c.quit(ctx, s, step, said)
	}
	if o, ok := c.detaches(s, step); ok {
		if r, done := c.detach(ctx, s, o, step, said); done {
			return r
		}
	}
	return c.run(ctx, s, step, said)
}

// killTime is how long killed processes may take to disappear.
const killTime = 5 * time.Second

var errKill = errors.New("killed processes have not exited")

func (c *Controller) run(ctx context.Context, s *servicedef.Service, step servicedef.Step, said func(string)) runner.Result {
	command := runner.Command{Argv: step.Argv, Env: c.Env, Timeout: step.Timeout, Session: c.Session}
	if step.Path != "" {
		command.Env = environ.With(c.Env, "PATH", step.Path)
	}
	words := quoted(step.Argv)
	c.Log.Debug("%s: running %s", s.Path, words)
	r := runner.Run(ctx, command, func(line string) {
		c.Log.Debug("%s: %s", s.Path, line)
		said(line)
	})
	c.report(s, words, r)
	return r
}

// report logs how a command exited. A failure is no warning here, because the outcome
// reports it too.
func (c *Controller) report(s *servicedef.Service, words string, r runner.Result) {
	if r.Warning != nil {
		c.Log.Warn("%s: %v", s.Path, r.Warning)
	}
	switch {
	case r.Err != nil:
		c.Log.Info("%s: %v", s.Path, r.Err)
	case r.TimedOut && r.Warning != nil:
		c.Log.Info("%s: %s was %s", s.Path, words, r.Ended)
	case r.TimedOut:
		c.Log.Info("%s: %s was %s, with all its descendants", s.Path, words, r.Ended)
	default:
		c.Log.Debug("%s: %s: %s", s.Path, words, r.Ended)
	}
}

// codeOf returns the LSB code for the exit status of a command. Control and reload commands
// exit with LSB codes. svloop exits with the codes of a shell for the program that it runs.
func codeOf(s *servicedef.Service, svloop bool, r runner.Result) lsb.Action {
	switch {
	case errors.Is(r.Err, runner.ErrNotFound):
		return lsb.NotInstalled
	case errors.Is(r.Err, runner.ErrDenied):
		return lsb.NotPermitted
	case r.Err != nil || r.TimedOut:
		return lsb.Failed
	case svloop:
		switch r.Exit {
		case 127:
			return lsb.NotInstalled
		case 126:
			return lsb.NotPermitted
		case 2:
			return lsb.NotConfigured
		}
		if !mayClaim(s.Daemon) {
			return lsb.NotPermitted
		}
		return lsb.Failed
	}
	return lsb.ActionOf(r.Exit)
}
