package instance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// claim takes the pid file, and stops, adopts or refuses the processes that a killed
// instance left running.
func (in *instance) claim(ctx context.Context) error {
	if in.options.Pidfile == "" {
		return nil
	}
	// Not running yet: a record of no run.
	in.public.record.Started, in.public.record.KillSpec = time.Now().Round(0), in.options.KillSpec.String()
	file, err := pidfiles.Svloop.ClaimAs(in.options.Pidfile, in.public.record, func(left *pidfile.Survivors) error {
		return in.settle(ctx, left)
	})
	if err != nil {
		return hint.ToWrite(err)
	}
	in.public.file, in.public.publish = file, file.Publish
	return nil
}

// errSurvivors means that processes remain and --survivors refuse was given.
var errSurvivors = errors.New("refused by --survivors refuse")

func (in *instance) settle(ctx context.Context, left *pidfile.Survivors) error {
	sdnotify.Sweep(in.options.Setup.Root)
	switch in.options.Survivors {
	case cmdline.RefuseSurvivors:
		return fmt.Errorf("instance %d was killed and left running: %s: %w", left.Instance, left, errSurvivors)
	case cmdline.AdoptSurvivors:
		if taken, err := in.adopt(left); taken || err != nil {
			return err
		}
	}
	in.log.Info("terminating the remaining processes of the killed instance %d: %s", left.Instance, left)
	if err := proctree.Stop(ctx, left.Targets(), in.options.KillSpec, nil); err != nil {
		return fmt.Errorf("cannot terminate the processes of the killed instance %d: %w", left.Instance, err)
	}
	return nil
}

// adopt opens the program among the survivors before the pid file changes: if that fails,
// the next start finds everything unchanged. It returns false if the program has just
// exited; its other processes are then stopped as after any run. If there was no program,
// because the instance was killed between two runs, the first run starts it. A policy
// that never runs a second copy has the other processes stopped before.
func (in *instance) adopt(left *pidfile.Survivors) (bool, error) {
	program, found := left.Program()
	if !found && exclusive(in.options) {
		return false, nil
	}
	if !found {
		return in.adoptWith(left, nil)
	}
	h, err := proctree.Open(program.PID)
	switch {
	case errors.Is(err, proctree.ErrGone):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("cannot adopt the processes of the killed instance %d: %w", left.Instance, err)
	case h.Start != program.Start || h.Exited():
		h.Close()
		return false, nil
	}
	return in.adoptWith(left, h)
}

func (in *instance) adoptWith(left *pidfile.Survivors, program *proctree.Handle) (bool, error) {
	in.log.Info("adopting the remaining processes of the killed instance %d: %s", left.Instance, left)
	in.tree.inherited, in.tree.adoptee = left, program
	return true, left.Adopt()
}
