package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/svloop/svloop/internal/export"
)

// unexportReport is the answer to unexport in JSON; svctl-export(1) documents
// it.
type unexportReport struct {
	Format    string   `json:"format"`
	Directory string   `json:"directory,omitempty"`
	Removed   []string `json:"removed"`
	Steps     []string `json:"steps,omitempty"`
}

// unexportAction removes the files that export wrote to a directory or installed.
func unexportAction(s *invocation) int {
	format, err := s.exportFormat()
	if err != nil {
		return complain(s.stderr, err)
	}
	if len(s.args) == 0 {
		return complain(s.stderr, wrong("action unexport needs the names of services"))
	}
	paths, err := s.exportedPaths(format)
	if err != nil {
		return complain(s.stderr, err)
	}
	in, err := s.removal(format, paths)
	if err != nil {
		return s.failed(err)
	}
	return s.carryOut(format, in, nil)
}

func (s *invocation) removal(format export.Format, paths []string) (*export.Installation, error) {
	if s.output != "" {
		return format.Removal(export.Directory(s.output), paths, s.exporting.force)
	}
	return format.Uninstall(export.ThisHost(), paths, s.exporting.force)
}

// exportedPaths returns the paths of the services that the arguments name, each once. A
// path that the configuration no longer has is accepted if it is exported, so that its
// files can be removed.
func (s *invocation) exportedPaths(format export.Format) (paths []string, err error) {
	var all []error
	add := func(path string) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	for _, arg := range s.args {
		found, _, err := s.config.Select(arg)
		switch {
		case err == nil:
			for _, e := range found {
				for _, service := range e.Services() {
					add(service.Path)
				}
			}
		case s.isExported(format, arg):
			add(arg)
		default:
			all = append(all, err)
		}
	}
	return paths, errors.Join(all...)
}

// isExported reports whether files exist for a path, or the lookup fails; then the
// removal reports the error.
func (s *invocation) isExported(format export.Format, path string) bool {
	in, err := s.removal(format, []string{path})
	return err != nil || !in.Empty()
}

func (s *invocation) printRemoval(format export.Format, in *export.Installation) int {
	report := unexportReport{Format: format.Name, Directory: string(in.Directory), Removed: in.Remove, Steps: steps(in)}
	if report.Removed == nil {
		report.Removed = []string{}
	}
	if s.json {
		return s.printJSON(report)
	}
	if in.Empty() {
		_, err := fmt.Fprintln(s.stdout, "nothing to remove")
		return s.check(err)
	}
	return s.printSteps(in)
}
