package control

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/quit"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/servicedef"
)

// quits reports whether a step is svloop --quit, which this process can do itself.
// That saves two processes for each service.
func (c *Controller) quits(s *servicedef.Service, step servicedef.Step) bool {
	return c.InProcess && s.Kind() == servicedef.ByDaemon && step.Action == servicedef.Stop
}

// quit does what the command of the step does, with the same timeout, messages and
// exit status.
func (c *Controller) quit(ctx context.Context, s *servicedef.Service, step servicedef.Step, said func(string)) runner.Result {
	command, name := quoted(step.Argv), filepath.Base(step.Argv[0])
	c.Log.Debug("%s: running %s", s.Path, command)
	limit, cancel := context.WithTimeoutCause(ctx, step.Timeout, errOverdue)
	defer cancel()
	answer, err := quit.Request(limit, name, s.Daemon, nil)
	r := runner.Result{Ended: "exit status 0", Last: answer}
	switch {
	case err != nil && ctx.Err() != nil:
		r = runner.Result{Exit: -1, Ended: "interrupted", TimedOut: true}
	case errors.Is(err, errOverdue):
		r = runner.Result{Exit: -1, Ended: fmt.Sprintf("terminated after %s", step.Timeout), TimedOut: true}
	case err != nil:
		r = runner.Result{Exit: 1, Ended: "exit status 1", Last: fmt.Sprintf("%s: %v", name, err)}
	}
	if r.Last != "" {
		c.Log.Debug("%s: %s", s.Path, r.Last)
		for line := range strings.SplitSeq(r.Last, "\n") {
			said(line)
		}
	}
	c.report(s, command, r)
	return r
}

var errOverdue = errors.New("timeout exceeded")
