package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/audit"
	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/selftest"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// selftestAction tests one service against the table of LSB. A test that cannot run to
// its end exits with 1: LSB has no more specific code.
func selftestAction(s *invocation) int {
	service, err := s.onlyService()
	if err != nil {
		return complain(s.stderr, err)
	}
	ctx, stop := interruptible()
	defer stop()
	exclusion := s.newExclusion()
	defer exclusion.close()
	ctx, release, err := exclusion.lock(ctx, service)
	if err != nil {
		printable.Fprintf(s.stderr, "svctl: %s: cannot test: %v\n", service.Path, err)
		return exitCode(ctx, int(lsb.Failed))
	}
	defer release()
	found := s.control.Status(ctx, service)
	if err := s.mayDrive(ctx, service, found); err != nil {
		complain(s.stderr, err)
		return exitCode(ctx, int(codeOfRefusal(err)))
	}
	trail, since := s.newAudit(), time.Now()
	defer trail.close()
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
	code = exitCode(ctx, code)
	trail.record(audit.Record{
		Action: "selftest", Service: service.Path, Code: lsb.Action(code), Changed: true,
		Duration: time.Since(since), Result: report.summary(),
	})
	return code
}

// drive runs the rows of the table, and restores the state of the service, also after an
// interruption. A second interruption cancels the restoring too. It returns the rows that
// ran, the number of rows that did not, and the reason.
func (s *invocation) drive(ctx context.Context, service *servicedef.Service, found selftest.State) ([]selftest.Outcome, int, error) {
	do, orphans, err := s.driver(service)
	if err != nil {
		return nil, 0, err
	}
	defer orphans.Close()
	test := &selftest.Test{Do: do, Timeout: service.Timeout}
	table := selftest.Rows(service)
	rows, err := test.Run(ctx, table)
	ctx, stop := interruptibleByHand()
	defer stop()
	left, failed := test.Restore(ctx, found)
	if failed == nil && left == selftest.Stopped { // an interrupted action may have started processes
		failed = orphans.End(ctx, proctree.DefaultSchedule)
	}
	return rows, len(table) - len(rows), leftAs(err, left, failed)
}

// leftAs adds the state in which the service was left to the reason why a test stopped
// early.
func leftAs(err error, left selftest.State, failed error) error {
	interrupted := errors.Is(err, selftest.ErrInterrupted)
	switch {
	case failed != nil && interrupted:
		return fmt.Errorf("%w, and cannot restore its state: %w", err, failed)
	case failed != nil && err != nil: // both errors have the same cause
		return fmt.Errorf("%w, and its state was not restored", err)
	case failed != nil:
		return fmt.Errorf("cannot restore its state: %w", failed)
	case interrupted:
		return fmt.Errorf("%w, and the service is now %s", err, left)
	}
	return err
}

// onlyService returns the service that the only argument names.
func (s *invocation) onlyService() (*servicedef.Service, error) {
	if len(s.args) != 1 {
		return nil, wrong("action %s needs the name of one service", s.action)
	}
	found, _, err := s.config.Select(s.args[0])
	if err != nil {
		return nil, err
	}
	e := found[0]
	if len(found) > 1 {
		return nil, wrong("action %s needs the name of one service, but %q matches several", s.action, s.args[0])
	}
	if e.Service == nil {
		return nil, wrong("action %s needs the name of one service, but %q is a group", s.action, e.Path)
	}
	return e.Service, nil
}

// mayDrive refuses a service whose control command cannot be executed. Without --yes it
// also refuses a service that may have processes. A dead service without remaining
// processes is accepted.
func (s *invocation) mayDrive(ctx context.Context, service *servicedef.Service, found control.Status) error {
	state := selftest.Of(found)
	if state == selftest.Unknown && service.Kind() == servicedef.ByControl {
		if _, r := s.control.Word(ctx, service, string(servicedef.Status)); r.Err != nil {
			return fmt.Errorf("cannot test service %q: %w", service.Path, r.Err)
		}
	}
	if s.testing.yes || state == selftest.Stopped || state == selftest.Dead && len(found.PIDs) == 0 {
		return nil
	}
	todo := "with --yes svctl stops the service for the test"
	if state == selftest.Running || state == selftest.Restarting {
		todo += ", and starts it again at the end"
	}
	return hint.With(fmt.Errorf("cannot test service %q while it is not stopped: %s", service.Path, found.Detail), todo)
}

// codeOfRefusal returns the exit status for a service that is not tested.
func codeOfRefusal(err error) lsb.Action {
	switch {
	case errors.Is(err, runner.ErrNotFound):
		return lsb.NotInstalled
	case errors.Is(err, runner.ErrDenied):
		return lsb.NotPermitted
	}
	return lsb.Failed
}

// driver returns the function that runs the actions, and the process that adopts the
// descendants of a control command.
func (s *invocation) driver(service *servicedef.Service) (selftest.Do, *selftest.Orphans, error) {
	if service.Kind() == servicedef.ByControl {
		orphans, err := selftest.AdoptOrphans()
		return selftest.Words(s.control, service, orphans), orphans, err
	}
	return selftest.Actions(func() *control.Controller {
		return &control.Controller{Svloop: s.control.Svloop, InProcess: s.control.InProcess, Env: s.control.Env, Log: s.log, Parse: parseDaemon}
	}, service), nil, nil
}
