package selftest

import (
	"context"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Words drives a service by the words of its control command.
func Words(c *control.Controller, s *servicedef.Service) Do {
	return func(ctx context.Context, action string) Result {
		argv, r := c.Word(ctx, s, action)
		switch {
		case r.Err != nil:
			return Result{Argv: argv, Code: NoCode, Problem: r.Err.Error()}
		case r.TimedOut:
			return Result{Argv: argv, Code: NoCode, Problem: "timed out, " + r.Ended}
		}
		return Result{Argv: argv, Code: r.Exit}
	}
}
