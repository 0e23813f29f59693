package main

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/internal/supervisor"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// superviseAction supervises all services, or asks a running supervisor.
func superviseAction(s *invocation) int {
	if request := s.super.request(); request != "" {
		return s.askSupervisor(request)
	}
	if s.caller == nil {
		if code, done := s.asInit(); done {
			return code
		}
	}
	if err := s.openSupervisor(); err != nil {
		return complain(s.stderr, err)
	}
	defer s.log.close()
	if s.caller == nil && s.detaches() {
		return s.detachSupervisor()
	}
	return s.supervise()
}

// detaches reports whether the supervisor is a daemon.
func (s *invocation) detaches() bool { return s.super.daemon || s.config.Settings.Daemon }

// openSupervisor loads the configuration. A daemon logs to syslog unless a setting says
// otherwise, because it has no standard output.
func (s *invocation) openSupervisor() error {
	if s.caller != nil {
		s.defaultLog = s.daemonLog
	}
	s.foreground = s.caller == nil
	err := s.open()
	if err == nil {
		s.log.setLayout(oldLayout) // programs may read the log of a supervisor
	}
	return err
}

// supervise runs the supervisor in this process.
func (s *invocation) supervise() int {
	ready := s.readyCaller()
	if s.caller == nil {
		relays, err := relay.New(os.Stdout, os.Stderr)
		if err != nil {
			return s.check(err)
		}
		defer relays.Wait(lastOutput)
		s.relays = relays
	}
	c, err := s.supervisorConfig()
	if err != nil {
		return complain(s.stderr, err)
	}
	tree := configgeneral.Dump(s.config.Tree)
	s.config.Compact()
	c.Ready = func(wrong []string) error {
		s.recordApply(tree)
		tree = nil
		return ready(wrong)
	}
	err = supervisor.Run(context.Background(), c)
	s.log.finish() // the error follows the last message
	return s.supervised(advise(err))
}

// neverBlock makes a supervisor in the foreground continue while nothing reads its output.
// Standard output and error do not become nonblocking: other processes use them too.
func (s *invocation) neverBlock() {
	s.log.neverBlock()
	s.stdout = unblocked(s.stdout, os.Stdout, syscall.Stdout)
	s.stderr = unblocked(s.stderr, os.Stderr, syscall.Stderr)
}

// unblocked returns a writer to a standard stream that waits for a reader for a second at
// most, in place of the writer w if that writes there.
func unblocked(w io.Writer, stream *os.File, fd int) io.Writer {
	if fileBehind(w) != stream {
		return w
	}
	return nowait.Again(fd, stream.Name())
}

// lastOutput is how long a supervisor that ends waits until the last lines of its services
// are written.
const lastOutput = time.Second

// advise adds to the error of a start what the user can do.
func advise(err error) error {
	switch {
	case errors.Is(err, supervisor.ErrStore):
		return hint.With(err, "--store names another file; a file that does not exist is an empty store")
	case errors.Is(err, pidfile.ErrHeld):
		return hint.With(err, "use svctl supervise --status for its state, or --reload to make it read the configuration again")
	}
	return err
}

// supervised returns the exit status for the end of a supervisor.
func (s *invocation) supervised(err error) int {
	if err == nil {
		return int(lsb.Done)
	}
	code := complain(s.stderr, hint.ToWrite(err)) // of the pid file or the store
	if errors.Is(err, os.ErrPermission) || errors.Is(err, supervisor.ErrStore) {
		return code
	}
	return int(lsb.Failed)
}

// defaultInterval is the time between two cycles.
const defaultInterval = time.Minute

// supervisorConfig returns what the settings say about the supervisor.
func (s *invocation) supervisorConfig() (supervisor.Config, error) {
	settings := s.settings.Over(s.config.Settings).Over(servicedef.Settings{Interval: defaultInterval})
	c := supervisor.Config{
		Entries:  s.config.Entries,
		Interval: settings.Interval,
		Services: s.supervisedServices(),
		Daemons:  s.control.InProcess,
		Identify: s.identify(),
		Name:     s.config.Name,
		Sole:     servicelock.IdentifySupervisor(s.config.Name, newDirectories().resolve),
		Log:      s.log,
	}
	c.Load = func() ([]*servicedef.Entry, supervisor.Services, error) { return s.loadAgain(c.PidFile, c.Store) }
	exclusion := s.newExclusion()
	if c.Locks = exclusion.dir; c.Locks == nil {
		s.log.Warn("services are not locked, and a second supervisor of this configuration would not be refused: %v", exclusion.missing)
	}
	var err error
	if c.Store, err = absolute(settings.Store); err != nil {
		return c, err
	}
	if c.PidFile, err = s.supervisorPidFile(settings); err != nil {
		return c, err
	}
	return c, ownFiles(c.PidFile, c.Store, s.config)
}

// loadAgain reopens the log file, and reads the configuration again. Settings keep their
// values.
func (s *invocation) loadAgain(pidfile, store string) ([]*servicedef.Entry, supervisor.Services, error) {
	s.log.reopen()
	c, err := s.load(s.config.Name)
	if err != nil {
		return nil, nil, err
	}
	if err := ownFiles(pidfile, store, c); err != nil {
		return nil, nil, err
	}
	warnings, err := checkDaemons(c)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range append(c.Warnings, warnings...) {
		s.log.Warn("%v", w)
	}
	s.recordApply(configgeneral.Dump(c.Tree))
	c.Compact()
	return c.Entries, s.supervisedServices(), nil
}

// recordApply records what "svctl apply" compares with, after the end of the supervisor.
func (s *invocation) recordApply(tree []byte) {
	if err := s.recordApplied(tree); err != nil {
		s.log.Info("%v", err)
	}
}

// supervisedServices returns what acts on the services of a supervisor.
func (s *invocation) supervisedServices() *control.Controller {
	c := s.newController()
	c.Session = true
	c.Relays = s.relays
	return c
}
