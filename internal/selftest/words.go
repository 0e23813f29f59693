package selftest

import (
	"context"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Words drives a service by calling its control command. If orphans is not nil, it
// also reports faults that no exit code shows: a second copy, or a restart that
// did not happen.
func Words(c *control.Controller, s *servicedef.Service, orphans *Orphans) Do {
	w := &words{controller: c, service: s, orphans: orphans}
	return w.do
}

type words struct {
	controller *control.Controller
	service    *servicedef.Service
	orphans    *Orphans
	seen       bool // processes of the service were seen among the orphans
}

func (w *words) do(ctx context.Context, action string) Result {
	if action == kill {
		return w.kill(ctx)
	}
	before, err := w.orphans.snapshot()
	if err != nil {
		return Result{Code: NoCode, Problem: err.Error()}
	}
	argv, r := w.controller.Word(ctx, w.service, action)
	switch {
	case r.Err != nil:
		return Result{Argv: argv, Code: NoCode, Problem: r.Err.Error()}
	case r.TimedOut:
		return Result{Argv: argv, Code: NoCode, Problem: "timed out, " + r.Ended}
	}
	result := Result{Argv: argv, Code: r.Exit}
	if w.orphans == nil || r.Exit != int(lsb.Done) || action == status {
		return result
	}
	await(ctx, w.service.Timeout, func() bool {
		now, err := w.orphans.snapshot()
		if err != nil {
			result.Problem = err.Error()
			return false
		}
		w.seen = w.seen || len(now.all) > 0
		result.Problem = w.problem(action, before, now)
		return result.Problem == ""
	})
	if action == stop && result.Problem != "" {
		if err := w.orphans.End(ctx, proctree.DefaultSchedule); err != nil {
			result.Problem += ": " + err.Error()
		}
	}
	return result
}

// problem compares the processes before a successful action with those after
// it. A supervisor that stays and restarts its program counts as restarted.
func (w *words) problem(action string, before, now snapshot) string {
	old, others := without(before.roots, without(before.roots, now.roots)), without(now.roots, before.roots)
	restarting := action == restart || action == tryRestart
	switch {
	case action == stop && len(now.all) > 0:
		return "still running: " + named(now.all)
	case action == start && len(old) > 0 && len(others) > 0:
		return "a second copy was started: " + named(others)
	case restarting && len(old) > 0 && len(others) > 0:
		return "still running from before: " + named(old)
	case restarting && len(old) > 0 && len(without(now.all, before.all)) == 0:
		return "not restarted: " + named(old)
	case (action == start || action == restart) && w.seen && len(now.all) == 0:
		return "no process of the service runs"
	}
	return ""
}

// kill kills all processes of the service, as a crash would. It does not know
// the processes that another service manager has started.
func (w *words) kill(ctx context.Context) Result {
	now, err := w.orphans.snapshot()
	if err != nil {
		return Result{Code: NoCode, Problem: err.Error()}
	}
	if len(now.all) == 0 {
		return Result{Code: NoCode, Problem: "its processes are not known", Impossible: true}
	}
	if err := w.orphans.End(ctx, "KILL"); err != nil {
		return Result{Code: NoCode, Problem: err.Error()}
	}
	return Result{Code: int(lsb.Done)}
}
