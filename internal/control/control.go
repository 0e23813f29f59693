// Package control carries out actions on services: it runs the plans of package
// servicedef, and waits until the state is what was asked for.
//
//	start:   status ─ running ──────────────────────────► done, nothing changed
//	           │ dirty: stop ─┐
//	           └ stopped ─────┴─ start ─ wait for running ─► done
//	stop:    status ─ stopped ──────────────────────────► done, nothing changed
//	           └ running or dirty ─ stop ─ wait for stopped ─► done
//	restart: its command ─ succeeded: wait for running ─► done
//	           └ a control command without the word: stop, then start
//	         or stop, unless it is stopped, then start
//
// A start or stop command that fails is not the last word: what counts is the
// state afterwards. A state that was there before proves nothing, so a restart
// command has to succeed.
//
// Others may act on the same service at the same time. Which instance of a daemon
// was stopped, and which was started, is known by a handle on svloop, so that the
// instance of another client is not taken for it.
package control

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
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
	Text    string // for people: "started", "already running", why it failed in one or more lines
}

// Headline is the first line of the text, for a log or a table.
func (o Outcome) Headline() string { return headline(o.Text) }

func headline(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// Start starts a service that does not run, and cleans a dirty one up first.
func (c *Controller) Start(ctx context.Context, s *servicedef.Service) Outcome {
	before := c.Status(ctx, s)
	switch {
	case ctx.Err() != nil:
		return failed("start", context.Cause(ctx))
	case before.Code == lsb.Running:
		return Outcome{Code: lsb.Done, Text: alreadyRunning}
	case before.Dirty():
		c.Log.Info("%s: cleaning up: %s", s.Path, before.Detail)
		if err := c.perform(ctx, s, servicedef.Stop); err != nil && !heldByAnother(s, err) {
			return failed("clean up", err)
		}
	}
	g := goal{want: lsb.Running, verb: "start", done: "started", another: Outcome{Code: lsb.Done, Text: alreadyRunning}}
	g.unproven = before.Dirty() && before.Code != lsb.DeadPIDFile && before.Code != lsb.DeadLock
	return c.start(ctx, s, g)
}

const alreadyRunning = "already running"

// Stop stops a service that is not stopped.
func (c *Controller) Stop(ctx context.Context, s *servicedef.Service) Outcome {
	before := c.Status(ctx, s)
	switch {
	case ctx.Err() != nil:
		return failed("stop", context.Cause(ctx))
	case before.State == pidfile.Failed: // svloop keeps the reason until it is told to quit
		if err := c.perform(ctx, s, servicedef.Stop); err != nil {
			return failed("stop", err)
		}
	}
	if before.Code == lsb.NotRunning {
		return Outcome{Code: lsb.Done, Text: "already stopped"}
	}
	i := c.instanceOf(s)
	defer i.close()
	err := c.perform(ctx, s, servicedef.Stop)
	return c.await(ctx, s, goal{want: lsb.NotRunning, verb: "stop", done: "stopped", err: err, exited: i.exited, after: stoppedAfter})
}

// Restart restarts a service, whatever its state.
func (c *Controller) Restart(ctx context.Context, s *servicedef.Service) Outcome {
	g := goal{want: lsb.Running, verb: "restart", done: "restarted"}
	g.another = Outcome{Code: lsb.Done, Changed: true, Text: g.done}
	if plan := s.Plan(servicedef.Restart, c.Svloop); plan[0].Action == servicedef.Restart {
		err := c.step(ctx, s, plan[0])
		if err == nil {
			return c.await(ctx, s, g)
		}
		var command *CommandError
		if !MayLackRestart(s) || !errors.As(err, &command) || !command.unknownWord() {
			return failed(g.verb, err)
		}
		c.Log.Info("%s: stopped and started instead: %s", s.Path, headline(err.Error()))
	}
	if stopped := c.Stop(ctx, s); stopped.Code != lsb.Done {
		return stopped
	}
	return c.start(ctx, s, g)
}

// MayLackRestart reports whether a restart is left to the control command of the
// service. One that has no such word is stopped and started instead.
func MayLackRestart(s *servicedef.Service) bool {
	return s.Control != nil && s.Restart == nil && !s.StopThenStart
}

// CommandError says how a command failed, with the code that it stands for.
type CommandError struct {
	Code   lsb.Action
	Argv   []string
	How    string
	Output []string // the last lines of its output, as they may be printed
	Err    error

	svloop bool // it is svloop
}

func (e *CommandError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	text := fmt.Sprintf("%s: %s", quoted(e.Argv), e.How)
	if len(e.Output) == 0 {
		return text
	}
	reason, rest := e.reason()
	return strings.Join(append([]string{text + ": " + reason}, rest...), below)
}

// unknownWord reports whether the command has refused its last word. LSB has 3 for
// what is not implemented, and many scripts give 2 for any word that they do not
// know.
func (e *CommandError) unknownWord() bool {
	return e.Code == lsb.Usage || e.Code == lsb.Unimplemented
}

// reason returns the line of the output that is likely to say why, and the others:
// the last one, or of svloop the first that is no warning, with the warnings at the
// end.
func (e *CommandError) reason() (line string, rest []string) {
	lines := slices.Clone(e.Output)
	if !e.svloop {
		last := len(lines) - 1
		return lines[last], lines[:last]
	}
	isWarning := func(line string) bool { return strings.Contains(line, ": warning: ") }
	warnings := slices.Clone(lines)
	lines = slices.DeleteFunc(lines, isWarning)
	lines = append(lines, slices.DeleteFunc(warnings, func(line string) bool { return !isWarning(line) })...)
	return lines[0], lines[1:]
}

// below is what stands between the lines of a message.
const below = "\n  "

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

// start runs the start command of a service that is not running, and waits until
// it is.
func (c *Controller) start(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	if s.Kind() == servicedef.ByDaemon {
		return c.startDaemon(ctx, s, g)
	}
	g.err = c.perform(ctx, s, servicedef.Start)
	return c.await(ctx, s, g)
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
	if ctx.Err() != nil {
		return context.Cause(ctx) // nothing new is begun
	}
	if step.Kind == servicedef.Kill {
		schedule := proctree.Schedule{{Signal: sigTERM, Grace: step.Timeout}, {Signal: sigKILL}}
		ctx, cancel := context.WithTimeoutCause(ctx, step.Timeout+killTime, errKill)
		defer cancel()
		return proctree.Stop(ctx, processes.NewMatching(s.Matches), schedule, nil)
	}
	_, err := c.command(ctx, s, step)
	return err
}

// command runs the command of a step, and returns the last lines of its output.
func (c *Controller) command(ctx context.Context, s *servicedef.Service, step servicedef.Step) ([]string, error) {
	carryOut := c.run
	if c.quits(s, step) {
		carryOut = c.quit
	}
	said := newTail(s)
	r := carryOut(ctx, s, step, said.add)
	if r.Err == nil && r.Exit == 0 && !r.TimedOut {
		return said.lines, nil
	}
	e := &CommandError{Code: codeOf(s, r), Argv: step.Argv, How: r.Ended, Output: said.lines, Err: r.Err, svloop: s.Kind() == servicedef.ByDaemon}
	if r.TimedOut {
		e.Output = nil
	}
	return said.lines, e
}

// killTime is how long killed processes have to vanish.
const killTime = 5 * time.Second

var errKill = errors.New("killed processes have not ended")

func (c *Controller) run(ctx context.Context, s *servicedef.Service, step servicedef.Step, said func(string)) runner.Result {
	command := runner.Command{Argv: step.Argv, Env: c.Env, Timeout: step.Timeout}
	if step.Path != "" {
		command.Env = withPath(c.Env, step.Path)
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
		c.Log.Info("%s: %s was %s with all its processes", s.Path, words, r.Ended)
	default:
		c.Log.Debug("%s: %s: %s", s.Path, words, r.Ended)
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
