package main

import (
	"fmt"

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

// unexportAction takes away what export has put into a directory, or where the
// other system looks for it.
func unexportAction(s *session) int {
	format, err := s.exportFormat()
	if err != nil {
		return complain(s.stderr, err)
	}
	if len(s.args) == 0 {
		return complain(s.stderr, wrong("action unexport wants the names of services"))
	}
	var names []string
	for _, arg := range s.args {
		names = append(names, export.ExportedName(s.pathOf(arg)))
	}
	var in *export.Installation
	if s.output != "" {
		in, err = format.Removal(export.Directory(s.output), names, s.force)
	} else {
		in, err = format.Uninstall(export.ThisHost(), names, s.force)
	}
	if err != nil {
		return s.failed(err)
	}
	return s.carryOut(format, in, nil)
}

// pathOf returns the path of a service. One that the configuration has no more
// is taken at its word, so that its files can be removed all the same.
func (s *session) pathOf(name string) string {
	if e, err := s.config.Find(name); err == nil && e.Service != nil {
		return e.Path
	}
	return name
}

func (s *session) printRemoval(format export.Format, in *export.Installation) int {
	report := unexportReport{Format: format.Name, Directory: string(in.Directory), Removed: in.Remove, Steps: steps(in)}
	if report.Removed == nil {
		report.Removed = []string{}
	}
	if s.json {
		return s.printJSON(report)
	}
	if in.Empty() {
		_, err := fmt.Fprintln(s.stdout, "nothing to take away")
		return s.check(err)
	}
	return s.printSteps(in)
}
