package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/selftest"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// selftestAction drives one service through the table of LSB. That it cannot be
// driven to the end is a failure: LSB has no code that says more.
func selftestAction(s *invocation) int {
	service, err := s.onlyService()
	if err != nil {
		return complain(s.stderr, err)
	}
	ctx, stop := interruptible()
	defer stop()
	found := s.control.Status(ctx, service)
	if err := s.mayDrive(ctx, service, found); err != nil {
		complain(s.stderr, err)
		return exitCode(ctx, int(codeOfRefusal(err)))
	}
	progress := s.newProgress()
	progress.begin("testing", service.Path)
	rows, leftOut, err := s.drive(ctx, service, selftest.Of(found))
	progress.end(service.Path)
	if err != nil {
		printable.Fprintf(s.stderr, "svctl: %s: %v\n", service.Path, err)
	}
	if len(rows) == 0 {
		return exitCode(ctx, int(lsb.Failed))
	}
	report := newSelftestReport(service.Path, rows, leftOut, err)
	code := s.printSelftest(report)
	if code == 0 && !report.OK {
		code = int(lsb.Failed)
	}
	return exitCode(ctx, code)
}

// drive takes the rows, and leaves the service as it was found, also when
// somebody interrupts: who does so once more does not want that either. It
// returns the rows that were taken, how many were not, and why.
func (s *invocation) drive(ctx context.Context, service *servicedef.Service, found selftest.State) ([]selftest.Outcome, int, error) {
	do, orphans, err := s.driver(service)
	if err != nil {
		return nil, 0, err
	}
	defer orphans.Close()
	test := &selftest.Test{Do: do, Timeout: service.Timeout}
	table := selftest.Rows(service.Kind())
	rows, err := test.Run(ctx, table)
	ctx, stop := interruptibleByHand()
	defer stop()
	left, failed := test.Restore(ctx, found)
	if failed == nil && left == selftest.Stopped { // what an interrupted action has begun
		failed = orphans.End(ctx, proctree.DefaultSchedule)
	}
	return rows, len(table) - len(rows), leftAs(err, left, failed)
}

// leftAs adds to the reason why a test has ended early what became of the
// service.
func leftAs(err error, left selftest.State, failed error) error {
	interrupted := errors.Is(err, selftest.ErrInterrupted)
	switch {
	case failed != nil && interrupted:
		return fmt.Errorf("%w, and cannot leave it as it was: %w", err, failed)
	case failed != nil && err != nil: // it is the same
		return fmt.Errorf("%w, and is left so", err)
	case failed != nil:
		return fmt.Errorf("cannot leave it as it was: %w", failed)
	case interrupted:
		return fmt.Errorf("%w, and left %s", err, left)
	}
	return err
}

// onlyService returns the one service that is named.
func (s *invocation) onlyService() (*servicedef.Service, error) {
	if len(s.args) != 1 {
		return nil, wrong("action %s wants the name of one service", s.action)
	}
	e, err := s.config.Find(s.args[0])
	if err != nil {
		return nil, err
	}
	if e.Service == nil {
		return nil, wrong("action %s wants the name of one service, and %q is a group", s.action, e.Path)
	}
	return e.Service, nil
}

// mayDrive refuses a service whose control command cannot be run, and without
// --yes one of which something may run. One that is dead and has left nothing
// does not.
func (s *invocation) mayDrive(ctx context.Context, service *servicedef.Service, found control.Status) error {
	state := selftest.Of(found)
	if state == selftest.Unknown && service.Kind() == servicedef.ByControl {
		if _, r := s.control.Word(ctx, service, string(servicedef.Status)); r.Err != nil {
			return fmt.Errorf("cannot test service %q: %w", service.Path, r.Err)
		}
	}
	if s.yes || state == selftest.Stopped || state == selftest.Dead && len(found.PIDs) == 0 {
		return nil
	}
	hint := "with --yes it is stopped for the test"
	if state == selftest.Running || state == selftest.Restarting {
		hint += ", and started again at the end"
	}
	return &hintedError{fmt.Errorf("cannot test service %q while it is not stopped: %s", service.Path, found.Detail), hint}
}

// codeOfRefusal is the exit status for a service that is not tested.
func codeOfRefusal(err error) lsb.Action {
	switch {
	case errors.Is(err, runner.ErrNotFound):
		return lsb.NotInstalled
	case errors.Is(err, runner.ErrDenied):
		return lsb.NotPermitted
	}
	return lsb.Failed
}

// driver returns how a service is driven, and who adopts what a control command
// leaves in the background.
func (s *invocation) driver(service *servicedef.Service) (selftest.Do, *selftest.Orphans, error) {
	if service.Kind() == servicedef.ByControl {
		orphans, err := selftest.AdoptOrphans()
		return selftest.Words(s.control, service, orphans), orphans, err
	}
	return selftest.Actions(func() *control.Controller {
		return &control.Controller{Svloop: s.control.Svloop, InProcess: s.control.InProcess, Env: s.control.Env, Log: s.log}
	}, service), nil, nil
}
