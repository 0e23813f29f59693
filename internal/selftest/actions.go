package selftest

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Actions drives a service with the actions of package control. Each action
// needs a new controller, one that has not read the process table yet.
func Actions(controller func() *control.Controller, s *servicedef.Service) Do {
	a := &actions{controller: controller, service: s}
	return a.do
}

// Of converts a state of package control.
func Of(found control.Status) State {
	if found.State == pidfile.Restarting {
		return Restarting
	}
	return StateOf(found.Code)
}

type actions struct {
	controller func() *control.Controller
	service    *servicedef.Service
	orphans    proctree.Table // children of the svloop that was killed
}

func (a *actions) do(ctx context.Context, action string) Result {
	c := a.controller()
	var o control.Outcome
	var mains []int
	switch action {
	case kill:
		return a.kill(ctx)
	case status:
		found := c.Status(ctx, a.service)
		r := Result{Code: int(found.Code)}
		if Of(found) == Restarting {
			r.State = Restarting
		}
		if found.Code == lsb.Unknown || r.State == Restarting {
			r.Problem = found.Detail
		}
		return r
	case start:
		o = c.Start(ctx, a.service)
	case stop:
		o = c.Stop(ctx, a.service)
	case restart:
		o = c.Restart(ctx, a.service)
	case tryRestart:
		o = c.TryRestart(ctx, a.service)
	case reload:
		mains = a.mains()
		o = c.Reload(ctx, a.service)
	case forceReload:
		mains = a.mains()
		o = c.ForceReload(ctx, a.service)
	default:
		return Result{Code: NoCode, Problem: fmt.Sprintf("there is no action %q", action)}
	}
	r := Result{Code: int(o.Code)}
	left := a.endOrphans(ctx)
	switch {
	case o.Code == lsb.NotActive: // a row may expect it
	case o.Code != lsb.Done:
		r.Problem = o.Headline()
	case left != "":
		r.Problem = "still running from before: " + left
	case mains != nil:
		r.Problem = a.replaced(mains)
	case action == stop && a.service.Kind() == servicedef.ByDaemon && exists(a.service.Daemon):
		r.Problem = fmt.Sprintf("pid file %q is still there", a.service.Daemon)
	}
	return r
}

// mains returns the pids of the main processes if a signal reloads the service, which is
// to keep them.
func (a *actions) mains() []int {
	if a.service.ReloadSignal == 0 {
		return nil
	}
	found, err := a.controller().Mains(a.service)
	pids := []int{}
	for _, p := range found {
		if err == nil {
			pids = append(pids, p.PID)
		}
	}
	return pids
}

// replaced returns the problem if the main processes are not those from before.
func (a *actions) replaced(before []int) string {
	if now := a.mains(); !slices.Equal(now, before) {
		return fmt.Sprintf("the signal has replaced its main process: pid %d, now %d", before, now)
	}
	return ""
}

// kill kills svloop, as a crash would, and stores its children, which become orphans.
func (a *actions) kill(ctx context.Context) Result {
	instance := pidfiles.Svloop.Probe(a.service.Daemon)
	table, err := proctree.Snapshot()
	if err == nil {
		err = pidfiles.Svloop.Kill(ctx, a.service.Daemon)
	}
	if err != nil {
		return Result{Code: NoCode, Problem: err.Error()}
	}
	for _, p := range table {
		if p.PPID == instance.PID {
			a.orphans = append(a.orphans, p)
		}
	}
	return Result{Code: int(lsb.Done)}
}

// endOrphans terminates the orphans that an action after the kill has not terminated, and
// returns their names.
func (a *actions) endOrphans(ctx context.Context) string {
	table, err := proctree.Snapshot()
	if err != nil {
		return err.Error()
	}
	set := proctree.Listed(a.orphans)
	left := set(table)
	if len(left) == 0 {
		return ""
	}
	text := named(left)
	schedule, err := proctree.ParseSchedule(proctree.DefaultSchedule)
	if err == nil {
		err = proctree.Stop(ctx, set, schedule, nil)
	}
	if err != nil {
		text = fmt.Sprintf("%s: %v", text, err)
	}
	return text
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
