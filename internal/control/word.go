package control

import (
	"context"
	"slices"

	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Word runs the control command of a service with a word behind it, and returns
// the words and how it ended. It neither looks at the state nor waits for one:
// what is found out is what the command itself does.
func (c *Controller) Word(ctx context.Context, s *servicedef.Service, word string) ([]string, runner.Result) {
	step := servicedef.Step{
		Kind: servicedef.Run, Argv: append(slices.Clone(s.Control), word),
		Path: s.SearchPath, Timeout: s.Timeout,
	}
	return step.Argv, c.run(ctx, s, step, func(string) {})
}
