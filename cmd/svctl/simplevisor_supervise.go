package main

import (
	"context"
	"errors"
	"fmt"

	policy "github.com/svloop/svloop/internal/supervision"
	"github.com/svloop/svloop/internal/supervisor"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// superviseOld supervises the services, in the background if the properties say so.
func (s *oldCall) superviseOld() int {
	if s.caller == nil {
		if code, done := s.asInit(); done {
			return code
		}
	}
	if s.properties.Daemon() && s.caller == nil {
		return s.detachOld()
	}
	return s.runSupervisor(false)
}

// runSupervisor supervises the services in this process, once for one cycle only.
func (s *oldCall) runSupervisor(once bool) int {
	if s.caller == nil && !once {
		s.neverBlock()
	}
	c, err := s.oldSupervisorConfig()
	if err != nil {
		return s.fail(err)
	}
	c.Once = once
	if s.caller != nil {
		c.Ready = s.reportReady
	}
	err = supervisor.Run(context.Background(), c)
	s.log.finish() // the error follows the last message
	switch {
	case err == nil:
		return 0
	case errors.Is(err, supervisor.ErrGaveUp):
		return s.fail(supervisor.ErrGaveUp) // the log has the reason
	}
	return s.fail(err)
}

// oldSupervisorConfig returns what the properties say about the supervisor. Without a
// pid file, no other process can send a request to the supervisor.
func (s *oldCall) oldSupervisorConfig() (supervisor.Config, error) {
	text := s.properties["interval"]
	interval, ok := servicedef.ParseInterval(text)
	if !ok {
		return supervisor.Config{}, fmt.Errorf("interval %q is wrong: want %s", text, servicedef.IntervalRange)
	}
	path := s.properties["pidfile"]
	s.settings = servicedef.Settings{Interval: interval, PidFile: path, Store: s.properties["store"]}
	c, err := s.supervisorConfig()
	if path == "" {
		c.PidFile, err = "", nil
	}
	c.EachCycle, c.AnyStore = true, true
	c.Log = oldLog{s.log}
	return c, err
}

// oldLog reports that the root gave up by the message of simplevisor, which monitoring may
// match.
type oldLog struct{ *logger }

// Error implements supervisor.Log.
func (l oldLog) Error(format string, args ...any) {
	for _, arg := range args {
		err, _ := arg.(error)
		if e, ok := errors.AsType[*policy.GaveUpError](err); ok && e.Path != "" {
			l.logger.Error("%s handled %d adjustments in %d supervision cycles", e.Path, e.Adjusted, e.Window)
			return
		}
	}
	l.logger.Error(format, args...)
}

// detachOld starts the supervisor as a daemon, and returns when its first cycle is
// complete. Services that are not as expected make no difference for the exit status,
// because the supervisor goes on.
func (s *oldCall) detachOld() int {
	ctx, stop := interruptible() // before there is a daemon that must not be left
	defer stop()
	d, err := daemonize.Start(daemonize.Options{Dir: workdir.Get(), Streams: plainFiles(), Runtime: smallRuntime})
	if err != nil {
		return s.fail(err)
	}
	err = d.Wait(ctx, func(text string) { s.log.Error("%s", text) })
	failed, told := errors.AsType[*daemonize.FailedError](err)
	switch {
	case err == nil:
		return 0
	case told && !d.Died():
		printable.Fprintf(s.stdout, "%s\n", printable.Raw(printable.Lines(failed.Text)))
		return failed.Code
	}
	return exitCode(ctx, s.fail(err))
}
