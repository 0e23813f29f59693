package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Reload has a running service read its configuration again.
func (c *Controller) Reload(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.Reload, s)
}

// ForceReload reloads a running service, or restarts it if it has no reload.
func (c *Controller) ForceReload(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.ForceReload, s)
}

// TryRestart restarts a service that runs.
func (c *Controller) TryRestart(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.TryRestart, s)
}

// TryStop stops a service that TryRestart would restart.
func (c *Controller) TryStop(ctx context.Context, s *servicedef.Service) Outcome {
	return c.act(ctx, servicedef.TryStop, s)
}

// reload runs the reload command, or sends the signal, and checks that the service still
// runs.
func (c *Controller) reload(ctx context.Context, s *servicedef.Service, i *instance) (Outcome, error) {
	step := s.Step(servicedef.Reload, c.Svloop)
	done := "reloaded"
	if step.Kind == servicedef.Signal {
		sent, err := c.send(ctx, s, step.Signal, true)
		if errors.Is(err, pidfile.ErrNoProgram) { // its run ended after the look at its state
			if p := Decide(servicedef.Reload, c.fresh(ctx, s), s); len(p.Steps) == 0 {
				return Outcome{Code: p.Code, Text: p.Text}, nil
			}
		}
		if err != nil {
			return failed("reload", err), err
		}
		done += " by " + sent
	} else {
		before := c.witness(s)
		defer before.close()
		if err := c.step(ctx, s, step); err != nil {
			return failed("reload", err), err
		}
		if err := before.outlived(ctx, s); err != nil {
			return failed("reload", err), nil
		}
	}
	exited := func(now Status) (Outcome, bool) {
		return failed("reload", fmt.Errorf("it is %s afterwards", now.Detail)), true
	}
	return c.await(ctx, s, goal{want: lsb.Running, verb: "reload", done: done, exited: i.exited, after: exited}), nil
}

// awaitReady waits until a service that is starting is ready. Before that, its program may
// not have installed its signal handlers.
func (c *Controller) awaitReady(ctx context.Context, s *servicedef.Service) Outcome {
	deadline := time.Now().Add(s.Timeout)
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		now := c.fresh(ctx, s)
		switch {
		case now.Code != lsb.Running:
			return notRunning("reload", now)
		case now.State != pidfile.Starting:
			return Outcome{Code: lsb.Done}
		case time.Now().After(deadline):
			return failed("reload", fmt.Errorf("after %s it is %s", s.Timeout, now.Detail))
		}
		if err := pauses.Wait(ctx); err != nil {
			return failed("reload", err)
		}
	}
}
