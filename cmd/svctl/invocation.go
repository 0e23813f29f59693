package main

import (
	"fmt"
	"io"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/servicedef"
)

// invocation is one run of svctl: the options, and what is needed to carry them out.
type invocation struct {
	*options
	env            environment
	stdout, stderr io.Writer
	config         *servicedef.Config
	control        *control.Controller
	log            *logger
	foreground     bool              // the process supervises, unless it starts a daemon
	relays         *relay.Relays     // of a supervisor in the foreground
	caller         *daemonize.Caller // waits for the start of a daemon; nil: this process is not a daemon
	defaultLog     func() string     // where to log if no setting says so; nil: standard output
}

// open loads the configuration and makes the controller.
func (s *invocation) open() error {
	name, err := s.locate()
	if err != nil {
		return err
	}
	if s.config, err = s.load(name); err != nil {
		return err
	}
	warnings, err := checkDaemons(s.config)
	if err != nil {
		return err
	}
	chosen := s.settings.Over(s.config.Settings)
	if chosen.Log == "" && s.defaultLog != nil {
		chosen.Log = s.defaultLog()
	}
	if err := s.prepare(chosen.Over(servicedef.Settings{Log: "stdout", LogLevel: "warning", LogName: "simplevisor"})); err != nil {
		return err
	}
	log := s.log
	if chosen.Log == "" { // the log is on standard output, but these are no part of the answer
		log = &logger{least: s.log.least, name: s.log.name, to: s.stderr}
	}
	for _, w := range append(s.config.Warnings, warnings...) {
		log.Warn("%v", w)
	}
	return nil
}

// prepare opens the log and makes the controller.
func (s *invocation) prepare(settings servicedef.Settings) error {
	if err := settings.Check(); err != nil {
		return fmt.Errorf("cannot log: %w", err)
	}
	if err := s.openLog(settings); err != nil {
		return err
	}
	s.control = s.newController()
	return nil
}

func (s *invocation) newController() *control.Controller {
	return &control.Controller{
		Svloop:    s.svloop(),
		InProcess: s.env.get("SVLOOP") == "",
		Env:       environ.Without(s.env.withAbsolutePATH(), byInit),
		Log:       s.log,
		Parse:     parseDaemon,
	}
}

// forPrograms reports whether a program reads standard output, so that no message may be
// mixed into it.
func (s *invocation) forPrograms() bool {
	return s.json || s.plugin.on || s.listing.names || s.action == "config" || s.action == "export" || s.action == "metrics"
}
