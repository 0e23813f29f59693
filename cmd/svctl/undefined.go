package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// load reads the configuration. A file without entries, as after the installation of a
// package, is no error unless the action needs a service or the file has blocks without a
// meaning.
func (s *invocation) load(name string) (*servicedef.Config, error) {
	c, err := servicedef.Load(name, servicedef.Type(s.conftype), guardedFiles{})
	if empty, ok := errors.AsType[*servicedef.NoEntryError](err); ok && len(empty.Config.Warnings) == 0 && actions[s.action].empty {
		return empty.Config, nil
	}
	if err != nil {
		return nil, s.hintMissing(name, explainLoad(name, err))
	}
	return c, nil
}

// isUndefined reports whether all services are selected, there are none, and the answer
// is for people.
func (s *invocation) isUndefined() bool {
	all := len(s.args) == 0 || s.action == "config" && slices.Equal(s.args, []string{"check"})
	return all && len(s.config.Entries) == 0 && !s.json && !s.listing.names && s.action != "match"
}

// sayUndefined prints where to define services.
func (s *invocation) sayUndefined() int {
	if s.acts.quiet {
		return int(lsb.Done)
	}
	also := "a file that it includes"
	dir := filepath.Join(filepath.Dir(s.config.Name), "services.d")
	if info, err := os.Stat(dir); err == nil && info.IsDir() { // as the packages install it
		also = "a file in " + dir
	}
	_, err := printable.Fprintf(s.stdout, "no service is defined yet: write an <entry> into %s or %s, see svctl.conf(5)\n", s.config.Name, also)
	return s.check(err)
}
