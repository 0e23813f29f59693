package instance

import (
	"context"
	"errors"
	"fmt"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// claim takes the pid file, and deals with what a killed instance has left.
func (in *instance) claim(ctx context.Context) error {
	if in.Pidfile == "" {
		return nil
	}
	file, err := pidfile.Claim(in.Pidfile, func(left *pidfile.Survivors) error {
		return in.settle(ctx, left)
	})
	if err != nil {
		return err
	}
	in.pid = file
	return nil
}

// errSurvivors says that there are survivors and that --survivors refuse was
// given.
var errSurvivors = errors.New("refused by --survivors refuse")

func (in *instance) settle(ctx context.Context, left *pidfile.Survivors) error {
	sdnotify.Sweep(in.Setup.Root)
	switch in.Survivors {
	case invocation.RefuseSurvivors:
		return fmt.Errorf("instance %d was killed and left running: %s: %w", left.Instance, left, errSurvivors)
	case invocation.AdoptSurvivors:
		if taken, err := in.adopt(left); taken || err != nil {
			return err
		}
	}
	in.log.Info("ending what the killed instance %d has left: %s", left.Instance, left)
	if err := proctree.Stop(ctx, left.Targets(), in.KillSpec, nil); err != nil {
		return fmt.Errorf("cannot terminate the processes of the killed instance %d: %w", left.Instance, err)
	}
	return nil
}

// adopt takes hold of the program among the survivors before the pid file is
// changed: when that cannot be done, the next start finds all as it was. It
// reports false when the program has just ended, so that what it has left is to
// be ended like that of any other. Where there was no program, because the
// instance was killed between two runs, the first run starts it as usual, but a
// policy that never runs a second copy has what was left ended first.
func (in *instance) adopt(left *pidfile.Survivors) (bool, error) {
	program, found := left.Program()
	if !found && in.exclusive() {
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
	in.log.Info("adopting what the killed instance %d has left: %s", left.Instance, left)
	in.inherited, in.heir = left, program
	return true, left.Adopt()
}
