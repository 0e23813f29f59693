package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// witnesses are the main processes of a service before a command that must not end them,
// and how often svloop had started the program.
type witnesses struct {
	mains []*proctree.Handle
	runs  int
}

// witness opens the main processes of a service, as far as they are known.
func (c *Controller) witness(s *servicedef.Service) (w witnesses) {
	if !s.HasProgram() {
		return w
	}
	if s.Kind() == servicedef.ByDaemon {
		w.runs = runsOf(ofPidFile(s.Daemon))
	}
	found, err := c.Mains(s)
	if err != nil {
		return w // the state afterwards is all that can be known
	}
	for _, p := range found {
		if h, err := proctree.Open(p.PID); err == nil {
			w.mains = append(w.mains, h)
		}
	}
	return w
}

func (w witnesses) close() {
	for _, h := range w.mains {
		h.Close()
	}
}

func runsOf(now Status) int {
	if now.Record == nil {
		return 0
	}
	return now.Record.Runs
}

// outlived returns an error if the program of a daemon has exited, whatever its state is
// now: svloop may not have noticed it yet, or runs the program again already. For other
// services, whose program the command may have replaced, it only waits until a process that
// is just about to exit has exited.
func (w witnesses) outlived(ctx context.Context, s *servicedef.Service) error {
	for _, h := range w.mains {
		if !exits(ctx, h) || s.Kind() != servicedef.ByDaemon {
			continue
		}
		if now := noticed(ctx, s, h.PID); now.Code != lsb.Running || now.Record == nil || now.Record.Program == 0 ||
			now.Record.Program == h.PID || now.Record.Runs != w.runs {
			return fmt.Errorf("process %d (%s) has exited right after the command", h.PID, printable.Text(h.Comm))
		}
		// The program has named another main process: see MAINPID= in sd_notify(3).
	}
	return nil
}

// noticed returns the state of a daemon after its svloop has noticed that the program has
// exited.
func noticed(ctx context.Context, s *servicedef.Service, program int) (now Status) {
	for pauses, began := poll.Doubling(settleLook, settleLast), time.Now(); ; {
		now = ofPidFile(s.Daemon)
		if now.Record == nil || now.Record.Program != program || time.Since(began) > patience[viewExits] || pauses.Wait(ctx) != nil {
			return now
		}
	}
}

// exits reports whether a process has exited, or is just about to: a process that a signal
// terminates does not block again. It takes some milliseconds for a process that is
// blocked, and settleTime at most.
func exits(ctx context.Context, h *proctree.Handle) bool {
	blocked := false
	for pauses, began := poll.Doubling(settleLook, settleLast), time.Now(); !h.Exited(); {
		now, err := proctree.ReadStat(h.PID)
		waits := err == nil && (now.State == 'S' || now.Stopped())
		if err != nil && !errors.Is(err, proctree.ErrGone) || waits && blocked || time.Since(began) > settleTime || pauses.Wait(ctx) != nil {
			return false
		}
		blocked = waits
	}
	return true
}
