package control

import (
	"context"
	"slices"

	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Word runs the control command of a service with this argument, and returns the
// command line and the result. It neither looks up the state nor waits for one,
// because the caller tests what the command itself does.
func (c *Controller) Word(ctx context.Context, s *servicedef.Service, word string) ([]string, runner.Result) {
	step := servicedef.Step{
		Kind: servicedef.Run, Argv: append(slices.Clone(s.Control), word),
		Path: s.SearchPath, Timeout: s.Timeout,
	}
	return step.Argv, c.run(ctx, s, step, func(string) {})
}
