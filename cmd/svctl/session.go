package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/pkg/servicedef"
)

// session is one run of svctl: what was asked, and what is needed to answer.
type session struct {
	*options
	env            environment
	stdout, stderr io.Writer
	config         *servicedef.Config
	control        *control.Controller
	log            *logger
}

// environment is a list of NAME=VALUE.
type environment []string

func (e environment) get(name string) string {
	for _, pair := range e {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// open loads the configuration and makes the controller.
func (s *session) open() error {
	name, err := s.locate()
	if err != nil {
		return err
	}
	s.config, err = servicedef.Load(name, servicedef.Type(s.conftype), guardedFiles{})
	if err != nil {
		return explainLoad(name, err)
	}
	if err := checkDaemons(s.config.Services()); err != nil {
		return err
	}
	settings := s.settings.Over(s.config.Settings).Over(servicedef.Settings{Log: "stdout", LogLevel: "warning", LogName: "simplevisor"})
	if err := settings.Check(); err != nil {
		return fmt.Errorf("cannot log: %w", err)
	}
	if s.log, err = newLogger(settings, s.stdout, s.stderr, s.forPrograms()); err != nil {
		return err
	}
	for _, w := range s.config.Warnings {
		s.log.Warn("%v", w)
	}
	s.control = &control.Controller{
		Svloop:    s.svloop(),
		InProcess: s.env.get("SVLOOP") == "",
		Env:       s.env,
		Log:       s.log,
	}
	return nil
}

// forPrograms reports whether standard output is for a program to read, so that
// no message may stand in it.
func (s *session) forPrograms() bool { return s.json || s.names || s.action == "config" }

// svloop finds the svloop for daemon services: $SVLOOP, else the one beside
// this program, else the one in PATH.
func (s *session) svloop() string {
	if path := s.env.get("SVLOOP"); path != "" {
		return path
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), "svloop")
		if info, err := os.Stat(beside); err == nil && info.Mode()&0o111 != 0 {
			return beside
		}
	}
	if path, err := exec.LookPath("svloop"); err == nil {
		return path
	}
	return "svloop"
}

// locate returns the name of the configuration file.
func (s *session) locate() (string, error) {
	if name := cmp.Or(s.conf, s.env.get("SVCTL_CONF")); name != "" {
		return name, nil
	}
	const system = "/etc/simplevisor/simplevisor.conf"
	candidates := []string{system}
	if os.Geteuid() != 0 {
		base := cmp.Or(s.env.get("XDG_CONFIG_HOME"), filepath.Join(s.env.get("HOME"), ".config"))
		candidates = append(candidates, filepath.Join(base, "simplevisor/simplevisor.conf"))
	}
	for _, name := range candidates {
		if _, err := os.Lstat(name); err == nil || !errors.Is(err, os.ErrNotExist) {
			return name, nil
		}
	}
	return "", fmt.Errorf("no configuration: there is no --conf, no $SVCTL_CONF, and no %s", strings.Join(candidates, " or "))
}
