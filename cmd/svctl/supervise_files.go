package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// supervisorPidFile returns the pid file of the settings, or one in the runtime directory
// that only supervisors of this configuration have.
func (s *invocation) supervisorPidFile(settings servicedef.Settings) (string, error) {
	if settings.PidFile != "" {
		return absolute(settings.PidFile)
	}
	dir, name, err := s.runtimeFile("supervise", ".pid")
	if err != nil {
		return "", hint.With(err, "--pidfile names another pid file")
	}
	defer dir.Close()
	return filepath.Join(dir.Name(), name), nil
}

// runtimeFile returns the runtime directory, and the name of a file in it that belongs to
// this configuration.
func (s *invocation) runtimeFile(prefix, suffix string) (dir *runtimedir.Directory, name string, err error) {
	if dir, err = runtimedir.Open(s.user()); err != nil {
		return nil, "", err
	}
	return dir, runtimeName(s.config.Name, prefix, suffix), nil
}

func runtimeName(conf, prefix, suffix string) string {
	sum := sha256.Sum256([]byte(located(newDirectories(), conf)))
	return prefix + "-" + hex.EncodeToString(sum[:4]) + suffix
}

// probeSupervisor returns the state of the supervisor of this configuration, for a report.
// Without a pid file in the settings, it is that of the user or of root. No directory is
// made.
func (s *invocation) probeSupervisor() pidfile.Status {
	if path := s.settings.Over(s.config.Settings).PidFile; path != "" {
		return pidfiles.Supervisor.Probe(path)
	}
	_, found := s.probeDefault(s.config.Name)
	return found
}

// probeDefault probes the pid file that a supervisor of a configuration has without a
// setting.
func (s *invocation) probeDefault(conf string) (path string, found pidfile.Status) {
	for _, dir := range runtimedir.Existing(s.user()) {
		if !found.State.Alive() {
			path = filepath.Join(dir.Name(), runtimeName(conf, "supervise", ".pid"))
			found = pidfiles.Supervisor.Probe(path)
		}
		dir.Close()
	}
	return path, found
}

// located returns a path whose directory has no symbolic links: two paths of a file are
// the same then.
func located(d *directories, path string) string {
	return filepath.Join(d.resolve(filepath.Dir(path)), filepath.Base(path))
}

// absolute returns a path that does not depend on the working directory.
func absolute(path string) (string, error) {
	if path == "" || filepath.IsAbs(path) {
		return path, nil
	}
	dir := workdir.Get()
	if dir == "" {
		return "", fmt.Errorf("cannot use %q: the path is relative, but the current directory was removed", path)
	}
	return workdir.Join(dir, path), nil
}

// ownFiles returns an error if a file of the supervisor has two purposes. With the pid file
// of a service, it would stop itself in place of the service; a store in its place would
// prevent each start.
func ownFiles(pidfile, store string, c *servicedef.Config) error {
	d := newDirectories()
	owns := func(path, other string) bool {
		return path != "" && filepath.Base(path) == filepath.Base(other) && located(d, path) == located(d, other)
	}
	var all []error
	if owns(store, pidfile) {
		all = append(all, fmt.Errorf("store %q is the pid file of the supervisor", store))
	}
	c.Walk(func(e *servicedef.Entry) {
		if e.Service == nil {
			return
		}
		what := ""
		switch daemon := e.Service.Daemon; {
		case owns(pidfile, daemon):
			what = "that of the supervisor"
		case owns(store, daemon):
			what = "the store of the supervisor"
		default:
			return
		}
		err := fmt.Errorf("pid file %q of service %q is %s", e.Service.Daemon, e.Path, what)
		all = append(all, &configgeneral.Error{Pos: e.At("daemon"), Err: err})
	})
	return errors.Join(all...)
}
