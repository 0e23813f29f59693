package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// checkOld prints the tree of the targets.
func (s *oldCall) checkOld(targets []*servicedef.Entry) int {
	ctx, stop := interruptible()
	defer stop()
	found := make(map[string]control.Status)
	ok := true
	for _, e := range targets {
		for _, service := range e.Services() {
			found[service.Path] = s.control.Status(ctx, service)
		}
		checked := check(e, found, noRemarks)
		ok = ok && checked.OK
		s.printOld(checked, 0)
	}
	if !ok {
		return exitCode(ctx, int(lsb.Failed))
	}
	return exitCode(ctx, int(lsb.Done))
}

// printOld prints a result of check, with neither colours nor line breaks.
func (s *oldCall) printOld(e checkedEntry, level int) {
	printable.Fprintf(s.stdout, "%s%s\n", strings.Repeat("  ", level), e.Text)
	for _, child := range e.Children {
		s.printOld(child, level+1)
	}
}

// actOld runs the commands of one service for an action, whatever its state is, and
// returns their exit status. For a group it brings the services into the state, in the
// order of the file or, to stop them, in the reverse one.
func (s *oldCall) actOld(action servicedef.Action, targets []*servicedef.Entry) int {
	ctx, stop := interruptible()
	defer stop()
	exclusion := s.newExclusion()
	defer exclusion.close()
	trail := s.newAudit()
	trail.log = nil // programs read the log
	defer trail.close()
	if len(targets) == 1 && targets[0].Service != nil {
		a := s.direct(ctx, exclusion, trail, action, targets[0].Service)
		if a.Output != "" {
			printable.Fprintf(s.stdout, "stdout: %s\n", printable.Raw(printable.Lines(a.Output)))
		}
		return exitCode(ctx, a.Exit)
	}
	code := lsb.Done
	if action != servicedef.Start {
		code = bring(reversed(targets), func(service *servicedef.Service) lsb.Action {
			return s.logged(service, alone(ctx, exclusion, trail, servicedef.Stop, service, func(ctx context.Context) control.Outcome { return s.control.Stop(ctx, service) }))
		})
	}
	if action != servicedef.Stop && code == lsb.Done {
		code = bring(targets, func(service *servicedef.Service) lsb.Action {
			if service.Expected == servicedef.Stopped {
				return lsb.Done
			}
			return s.logged(service, alone(ctx, exclusion, trail, servicedef.Start, service, func(ctx context.Context) control.Outcome { return s.control.Start(ctx, service) }))
		})
	}
	return exitCode(ctx, int(code))
}

// direct runs the commands of one service, under its lock if they change something.
func (s *oldCall) direct(ctx context.Context, e *exclusion, trail *auditTrail, action servicedef.Action, service *servicedef.Service) (a control.Answer) {
	if action == servicedef.Status {
		return s.control.Direct(ctx, service, action)
	}
	begun := false
	o := alone(ctx, e, trail, action, service, func(ctx context.Context) control.Outcome {
		begun = true
		a = s.control.Direct(ctx, service, action)
		return control.Outcome{Code: lsb.Action(a.Exit), Changed: a.Exit == 0, Text: fmt.Sprintf("exit status %d", a.Exit)}
	})
	if !begun {
		return control.Answer{Exit: int(o.Code), Output: o.Text}
	}
	return a
}

// alone acts on a service while no other process does. It holds no service against its
// expected state: a supervisor repairs a service that "simplevisor stop" has stopped, as
// it always did. An action towards the expected state releases a service that "svctl
// stop" has stopped.
func alone(ctx context.Context, e *exclusion, trail *auditTrail, action servicedef.Action, service *servicedef.Service, do func(context.Context) control.Outcome) (o control.Outcome) {
	since := time.Now()
	defer func() {
		trail.recordResult(action, actionResult{Path: service.Path, Code: o.Code, Changed: o.Changed, Text: o.Text, took: time.Since(since)})
	}()
	ctx, release, err := e.lock(ctx, service)
	if err != nil {
		return refused(action, err)
	}
	defer release()
	if e.dir != nil && stateAfter(action) == service.Expected {
		e.warn(service, e.dir.Release(e.identify(service)))
	}
	return do(ctx)
}

// logged logs the outcome of an action on a service, and returns its code.
func (s *oldCall) logged(service *servicedef.Service, o control.Outcome) lsb.Action {
	if o.Code == lsb.Done {
		s.log.Info("%s: %s", service.Path, o.Headline())
	} else {
		s.log.Error("%s: %s", service.Path, o.Headline())
	}
	return o.Code
}

// bring acts on the services of the entries one by one. The first service that fails
// ends its group; other groups are not affected. The code is that of the first failure.
func bring(entries []*servicedef.Entry, act func(*servicedef.Service) lsb.Action) lsb.Action {
	first := lsb.Done
	for _, e := range entries {
		if e.Service != nil {
			if code := act(e.Service); code != lsb.Done {
				return cmp.Or(first, code)
			}
			continue
		}
		first = cmp.Or(first, bring(e.Children, act))
	}
	return first
}

// reversed returns the entries in the reverse order, those of the groups too.
func reversed(entries []*servicedef.Entry) []*servicedef.Entry {
	all := make([]*servicedef.Entry, len(entries))
	for i, e := range entries {
		turned := *e
		turned.Children = reversed(e.Children)
		all[i] = &turned
	}
	slices.Reverse(all)
	return all
}
