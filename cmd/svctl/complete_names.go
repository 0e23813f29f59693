package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// names offers the entries of the configuration that are not on the line yet: each by its
// shortest name, and by its path if that begins with the current word. A group counts if
// one of its services is fit; nil: all are. Without a valid configuration there are no
// names.
func names(fit func(*servicedef.Service) bool) func(*typed, environment) suggestions {
	return func(l *typed, env environment) (found suggestions) {
		s := &invocation{options: l.options, env: env, stdout: io.Discard, stderr: io.Discard}
		file, err := s.locate()
		if err != nil {
			return found
		}
		config, err := s.load(file)
		if err != nil {
			return found
		}
		named := namedEntries(config, l.args)
		config.Walk(func(e *servicedef.Entry) {
			if named[e] || fit != nil && !slices.ContainsFunc(e.Services(), fit) {
				return
			}
			short := e.Path
			if same, err := config.Find(e.Name); err == nil && same == e {
				short = e.Name
			}
			found.words = append(found.words, suggestion{short, describe(e)})
			if short != e.Path && l.current != "" && strings.HasPrefix(e.Path, l.current) {
				found.words = append(found.words, suggestion{e.Path, describe(e)})
			}
		})
		return found
	}
}

// namedEntries returns the entries that names select, and all entries in them.
func namedEntries(config *servicedef.Config, names []string) map[*servicedef.Entry]bool {
	all := make(map[*servicedef.Entry]bool)
	var add func(entries []*servicedef.Entry)
	add = func(entries []*servicedef.Entry) {
		for _, e := range entries {
			all[e] = true
			add(e.Children)
		}
	}
	for _, name := range names {
		if found, _, err := config.Select(name); err == nil {
			add(found)
		}
	}
	return all
}

// describe returns the kind of an entry, the group that it is in, and its expected state.
func describe(e *servicedef.Entry) string {
	in := ""
	if group := path.Dir(e.Path); group != "." {
		in = " in " + group
	}
	if e.Service == nil {
		return fmt.Sprintf("group%s of %s", in, printable.Count(len(e.Services()), "service"))
	}
	return fmt.Sprintf("%s%s, expected %s", e.Service.Kind(), in, e.Service.Expected)
}

// canReload reports whether a reload of the service may do something.
func canReload(s *servicedef.Service) bool {
	return s.Reload != nil || s.ReloadSignal != 0 || s.Kind() == servicedef.ByControl
}

// hasMatches reports whether svctl searches the process table for the service.
func hasMatches(s *servicedef.Service) bool { return s.InTable() || s.KillsMatches() }
