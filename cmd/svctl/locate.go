package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/hint"
)

// systemConf is the configuration of the packages.
const systemConf = "/etc/simplevisor/simplevisor.conf"

// locate returns the path of the configuration file. Only --conf and $SVCTL_CONF may be
// relative.
func (s *invocation) locate() (string, error) {
	if name := cmp.Or(s.conf, s.env.get("SVCTL_CONF")); name != "" {
		return name, nil
	}
	candidates := []string{systemConf}
	if dir, found := s.userConfigs(); found && os.Geteuid() != 0 {
		candidates = append(candidates, filepath.Join(dir, "simplevisor/simplevisor.conf"))
	}
	for _, name := range candidates {
		if _, err := os.Lstat(name); err == nil || !errors.Is(err, os.ErrNotExist) {
			return name, nil
		}
	}
	err := fmt.Errorf("no configuration: there is no --conf, no $SVCTL_CONF, and no %s", strings.Join(candidates, " or "))
	return "", hint.With(err, howToWrite)
}

// howToWrite is the hint for a missing configuration.
const howToWrite = "write one, see svctl.conf(5), or translate the services of another system, see svctl-import(1)"

// hintMissing adds a hint to the error of a configuration, if its file is missing.
func (s *invocation) hintMissing(name string, err error) error {
	if _, missing := os.Lstat(name); !errors.Is(missing, os.ErrNotExist) {
		return err
	}
	if s.conf == "" {
		return hint.With(err, "$SVCTL_CONF names this file")
	}
	return hint.With(err, howToWrite)
}

// userConfigs returns the configuration directory of an unprivileged user, see the XDG
// Base Directory Specification.
func (s *invocation) userConfigs() (string, bool) {
	if dir, found := s.env.directory("XDG_CONFIG_HOME"); found {
		return dir, true
	}
	home, found := s.env.directory("HOME")
	return filepath.Join(home, ".config"), found
}

// svloop finds the svloop for daemon services: $SVLOOP, else the one beside
// this program, else the one in PATH.
func (s *invocation) svloop() string {
	if path := s.env.get("SVLOOP"); path != "" {
		return path
	}
	var places []string
	if self, err := os.Executable(); err == nil {
		places = []string{filepath.Dir(self)}
	}
	for _, dir := range append(places, s.env.search()...) {
		path := filepath.Join(dir, "svloop")
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return "svloop"
}
