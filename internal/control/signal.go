package control

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/matching"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Signal sends a signal to the main process of a service.
func (c *Controller) Signal(ctx context.Context, s *servicedef.Service, sig syscall.Signal) Outcome {
	before := c.fresh(ctx, s)
	if ctx.Err() != nil {
		return failed(string(Signal), context.Cause(ctx))
	}
	plan := Decide(servicedef.SendSignal, before, s)
	if len(plan.Steps) == 0 {
		return Outcome{Code: plan.Code, Text: plan.Text}
	}
	sent, err := c.send(ctx, s, sig, false)
	if err != nil {
		return failed(string(Signal), err)
	}
	return Outcome{Code: lsb.Done, Changed: true, Text: sent + " was sent"}
}

// send sends a signal to the main process of a service, and says which signal went to
// which process. A careful send refuses a signal that would not do what it is for: one
// that terminates the program, or that it ignores.
func (c *Controller) send(ctx context.Context, s *servicedef.Service, sig syscall.Signal, careful bool) (sent string, err error) {
	mains, err := openMains(s)
	if err != nil {
		return "", err
	}
	defer func() {
		for _, h := range mains {
			h.Close()
		}
	}()
	for _, h := range mains {
		if !careful {
			continue
		}
		if err := awaitHandler(ctx, h, sig); err != nil {
			return "", err
		}
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	name := proctree.SignalName(sig)
	var pids []string
	for _, h := range mains {
		switch err := h.Signal(sig); {
		case errors.Is(err, proctree.ErrGone):
		case err != nil:
			return "", err
		default:
			c.Log.Info("%s: sent signal %s to process %d", s.Path, name, h.PID)
			pids = append(pids, fmt.Sprint(h.PID))
		}
	}
	if len(pids) == 0 {
		return "", fmt.Errorf("%w: it has just exited", pidfile.ErrNoProgram)
	}
	if careful {
		if err := survive(ctx, mains, sig); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("signal %s to pid %s", name, strings.Join(pids, ", ")), nil
}

// Mains returns the main processes that a signal would go to now.
func (c *Controller) Mains(s *servicedef.Service) (matching.Table, error) {
	if s.Kind() != servicedef.ByDaemon {
		found, err := c.Matches(s)
		if err != nil {
			return nil, err
		}
		return found.Mains()
	}
	h, err := pidfiles.Svloop.OpenProgram(s.Daemon)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	args, err := proctree.Args(h.PID)
	return matching.Table{{PID: h.PID, Args: args}}, err
}

// openMains returns handles for the main processes of a service. A daemon has one.
func openMains(s *servicedef.Service) ([]*proctree.Handle, error) {
	if s.Kind() != servicedef.ByDaemon {
		return matching.OpenMains(s.Matches)
	}
	h, err := pidfiles.Svloop.OpenProgram(s.Daemon)
	if err != nil {
		return nil, err
	}
	return []*proctree.Handle{h}, nil
}

// awaitHandler returns nil if the process handles the signal. A program that has just been
// executed may need a moment to install its handler.
func awaitHandler(ctx context.Context, h *proctree.Handle, sig syscall.Signal) error {
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		effect, err := proctree.EffectOf(h.PID, sig)
		switch {
		case h.Exited():
			return fmt.Errorf("%w: it has just exited", pidfile.ErrNoProgram)
		case err != nil:
			return err
		case effect == proctree.Handled:
			return nil
		case time.Since(h.StartTime()) > youth:
			return errEffect(h, sig, effect)
		}
		if err := pauses.Wait(ctx); err != nil {
			return err
		}
	}
}

// survive returns an error if a process exits soon after the signal. The runtimes of some
// languages have a handler for every signal, which terminates the program if it has none.
func survive(ctx context.Context, mains []*proctree.Handle, sig syscall.Signal) error {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	for _, h := range mains {
		if h.Wait(ctx) == nil {
			return fmt.Errorf("process %d (%s) has exited right after signal %s", h.PID, printable.Text(h.Comm), proctree.SignalName(sig))
		}
	}
	return nil
}

// settleTime is how long a program that a signal terminates may take to exit.
const settleTime = 200 * time.Millisecond

// youth is how old a process is that no longer counts as one that has just started.
const youth = 5 * time.Second

func errEffect(h *proctree.Handle, sig syscall.Signal, effect proctree.Effect) error {
	name, comm := proctree.SignalName(sig), printable.Text(h.Comm)
	if effect == proctree.Ignored {
		return fmt.Errorf("process %d (%s) ignores signal %s", h.PID, comm, name)
	}
	return fmt.Errorf("process %d (%s) has no handler for signal %s, which would terminate it", h.PID, comm, name)
}
