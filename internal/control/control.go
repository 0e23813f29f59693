// Package control carries out actions on services: it runs the plans of package
// servicedef, and waits until the state is what was asked for.
//
//	start:   status ─ running ──────────────────────────► done, nothing changed
//	           │ dirty: stop ─┐
//	           └ stopped ─────┴─ start ─ wait for running ─► done
//	stop:    status ─ stopped ──────────────────────────► done, nothing changed
//	           └ running or dirty ─ stop ─ wait for stopped ─► done
//	restart: the plan, where a stop of a stopped service is passed over,
//	         then wait for running
//
// A failing command is not the last word: what counts is the state afterwards.
package control

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/processes"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Controller acts on services. It may be used by several goroutines, but by one
// for each service.
type Controller struct {
	Svloop    string   // the path of svloop
	InProcess bool     // daemon services are asked for their state, and to quit, by this process, not by svloop
	Env       []string // of the commands
	Log       Log

	scan scan
}

// Log takes what happens on the way.
type Log interface {
	Debug(format string, args ...any)
	Info(format string, args ...any)
	Warn(format string, args ...any)
}

// Outcome is how an action on a service went.
type Outcome struct {
	Code    lsb.Action
	Changed bool
	Text    string // for people: "started", "already running", why it failed
}

// Start starts a service that does not run, and cleans a dirty one up first.
func (c *Controller) Start(ctx context.Context, s *servicedef.Service) Outcome {
	switch before := c.Status(ctx, s); before.Code {
	case lsb.Running:
		return Outcome{Code: lsb.Done, Text: "already running"}
	case lsb.NotRunning:
	default:
		c.Log.Info("%s: cleaning up: %s", s.Path, before.Detail)
		if err := c.perform(ctx, s, servicedef.Stop); err != nil {
			return failed("clean up", err)
		}
	}
	err := c.perform(ctx, s, servicedef.Start)
	return c.await(ctx, s, lsb.Running, "start", "started", err)
}

// Stop stops a service that is not stopped.
func (c *Controller) Stop(ctx context.Context, s *servicedef.Service) Outcome {
	before := c.Status(ctx, s)
	if before.State == pidfile.Failed { // svloop keeps the reason until it is told to quit
		if err := c.perform(ctx, s, servicedef.Stop); err != nil {
			return failed("stop", err)
		}
	}
	if before.Code == lsb.NotRunning {
		return Outcome{Code: lsb.Done, Text: "already stopped"}
	}
	err := c.perform(ctx, s, servicedef.Stop)
	return c.await(ctx, s, lsb.NotRunning, "stop", "stopped", err)
}

// Restart restarts a service, whatever its state.
func (c *Controller) Restart(ctx context.Context, s *servicedef.Service) Outcome {
	plan := s.Plan(servicedef.Restart, c.Svloop)
	if plan[0].Action == servicedef.Restart {
		err := c.step(ctx, s, plan[0])
		return c.await(ctx, s, lsb.Running, "restart", "restarted", err)
	}
	if stopped := c.Stop(ctx, s); stopped.Code != lsb.Done {
		return stopped
	}
	err := c.perform(ctx, s, servicedef.Start)
	return c.await(ctx, s, lsb.Running, "restart", "restarted", err)
}

// CommandError says how a command failed, with the code that it stands for.
type CommandError struct {
	Code lsb.Action
	Argv []string
	How  string
	Last string // the last line of its output
	Err  error
}

func (e *CommandError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	text := fmt.Sprintf("%q: %s", strings.Join(e.Argv, " "), e.How)
	if e.Last != "" {
		text += ": " + e.Last
	}
	return text
}

// Unwrap returns the cause.
func (e *CommandError) Unwrap() error { return e.Err }

func failed(verb string, err error) Outcome {
	code := lsb.Failed
	var command *CommandError
	switch {
	case errors.As(err, &command):
		code = command.Code
	case errors.Is(err, os.ErrPermission):
		code = lsb.NotPermitted
	}
	return Outcome{Code: code, Text: fmt.Sprintf("cannot %s: %v", verb, err)}
}

// perform carries out the plan of an action.
func (c *Controller) perform(ctx context.Context, s *servicedef.Service, action servicedef.Action) error {
	for _, step := range s.Plan(action, c.Svloop) {
		if err := c.step(ctx, s, step); err != nil {
			return err
		}
	}
	return nil
}

func (c *Controller) step(ctx context.Context, s *servicedef.Service, step servicedef.Step) error {
	return c.scan.step(func() error { return c.take(ctx, s, step) })
}

func (c *Controller) take(ctx context.Context, s *servicedef.Service, step servicedef.Step) error {
	if step.Kind == servicedef.Kill {
		schedule := proctree.Schedule{{Signal: sigTERM, Grace: step.Timeout}, {Signal: sigKILL}}
		ctx, cancel := context.WithTimeoutCause(ctx, step.Timeout+killTime, errKill)
		defer cancel()
		return proctree.Stop(ctx, processes.NewMatching(s.Matches), schedule, nil)
	}
	carryOut := c.run
	if c.quits(s, step) {
		carryOut = c.quit
	}
	r := carryOut(ctx, s, step)
	if r.Err == nil && r.Exit == 0 && !r.TimedOut {
		return nil
	}
	e := &CommandError{Code: codeOf(s, r), Argv: step.Argv, How: r.Ended, Last: r.Last, Err: r.Err}
	if r.TimedOut {
		e.Last = ""
	}
	return e
}

// killTime is how long killed processes have to vanish.
const killTime = 5 * time.Second

var errKill = errors.New("killed processes have not ended")

func (c *Controller) run(ctx context.Context, s *servicedef.Service, step servicedef.Step) runner.Result {
	command := runner.Command{Argv: step.Argv, Env: c.Env, Timeout: step.Timeout}
	if step.Path != "" {
		command.Env = withPath(c.Env, step.Path)
	}
	words := strings.Join(step.Argv, " ")
	c.Log.Debug("%s: running %q", s.Path, words)
	r := runner.Run(ctx, command, func(line string) { c.Log.Debug("%s: %s", s.Path, line) })
	c.report(s, words, r)
	return r
}

// report logs how a command ended. The outcome says what went wrong: once is
// enough.
func (c *Controller) report(s *servicedef.Service, words string, r runner.Result) {
	if r.Warning != nil {
		c.Log.Warn("%s: %v", s.Path, r.Warning)
	}
	switch {
	case r.Err != nil:
		c.Log.Info("%s: %v", s.Path, r.Err)
	case r.TimedOut:
		c.Log.Info("%s: %q was %s with all its processes", s.Path, words, r.Ended)
	default:
		c.Log.Debug("%s: %q: %s", s.Path, words, r.Ended)
	}
}

func withPath(env []string, path string) []string {
	changed := make([]string, 0, len(env)+1)
	for _, pair := range env {
		if !strings.HasPrefix(pair, "PATH=") {
			changed = append(changed, pair)
		}
	}
	return append(changed, "PATH="+path)
}

// codeOf maps the end of a command. Control commands give LSB's codes
// themselves; svloop gives those of the shells for the program that it runs.
func codeOf(s *servicedef.Service, r runner.Result) lsb.Action {
	switch {
	case errors.Is(r.Err, runner.ErrNotFound):
		return lsb.NotInstalled
	case errors.Is(r.Err, runner.ErrDenied):
		return lsb.NotPermitted
	case r.Err != nil || r.TimedOut:
		return lsb.Failed
	case s.Kind() == servicedef.ByDaemon:
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

// How often the state is looked at.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// await waits until the state is reached or the service's timeout is over. When
// the command failed, the state is looked at once.
func (c *Controller) await(ctx context.Context, s *servicedef.Service, want lsb.Status, verb, done string, err error) Outcome {
	deadline := time.Now().Add(s.Timeout)
	for look := firstLook; ; look = min(2*look, lastLook) {
		now := c.fresh(ctx, s)
		if now.Code == want {
			if err != nil {
				c.Log.Warn("%s: %s, although: %v", s.Path, done, err)
			}
			return Outcome{Code: lsb.Done, Changed: true, Text: done}
		}
		if err != nil {
			return failed(verb, err)
		}
		if want == lsb.Running && now.State == pidfile.Restarting {
			// It was started, and svloop goes on trying, perhaps for hours.
			return Outcome{Code: lsb.Done, Changed: true, Text: done + ", but it is " + now.Detail}
		}
		if time.Now().After(deadline) {
			return failed(verb, fmt.Errorf("after %s it is %s%s", s.Timeout, now.Detail, unfound(s, want, now.Code)))
		}
		timer := time.NewTimer(look)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return failed(verb, context.Cause(ctx))
		}
	}
}
