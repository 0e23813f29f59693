package main

import (
	"fmt"
	"path/filepath"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// carryOut performs an export or its removal. With --dry-run it only checks whether that
// is possible, and prints the steps.
func (s *invocation) carryOut(format export.Format, in *export.Installation, bundles []*export.Bundle) int {
	ctx, stop := interruptible()
	defer stop()
	do := func() error { return in.Do(ctx, s.exporting.force) }
	if s.dryRun {
		do = func() error { return in.Check(s.exporting.force) }
	}
	if err := do(); err != nil {
		return exitCode(ctx, s.failed(err))
	}
	return exitCode(ctx, s.report(format, in, bundles))
}

// report prints the steps that were done, or would be done.
func (s *invocation) report(format export.Format, in *export.Installation, bundles []*export.Bundle) int {
	if s.action == "unexport" {
		return s.printRemoval(format, in)
	}
	if s.json {
		return s.printJSON(newExportReport(format, in, bundles))
	}
	return s.printSteps(in)
}

// failed prints an error of writing and enabling, and returns its code. Code 6 (not
// configured) is replaced, because the configuration of svctl is not the cause.
func (s *invocation) failed(err error) int {
	code := complain(s.stderr, err)
	if code == int(lsb.NotConfigured) {
		return int(lsb.Failed)
	}
	return code
}

// steps returns the steps of an installation, for people.
func steps(in *export.Installation) []string {
	var all []string
	for _, step := range in.Before {
		all = append(all, step.String())
	}
	for _, b := range in.Write {
		for _, f := range b.Files {
			all = append(all, "write "+filepath.Join(string(in.Directory), f.Name))
		}
	}
	for _, name := range in.Remove {
		all = append(all, "remove "+filepath.Join(string(in.Directory), name))
	}
	for _, step := range in.After {
		all = append(all, step.String())
	}
	return all
}

func (s *invocation) printSteps(in *export.Installation) int {
	would := ""
	if s.dryRun {
		would = "would "
	}
	for _, step := range steps(in) {
		if _, err := printable.Fprintf(s.stdout, "%s%s\n", would, step); err != nil {
			return s.check(err)
		}
	}
	return int(lsb.Done)
}

// printBundles prints the files. Several files are separated by lines with their names.
func (s *invocation) printBundles(format export.Format, bundles []*export.Bundle) int {
	if s.json {
		return s.printJSON(newExportReport(format, &export.Installation{}, bundles))
	}
	var files []export.File
	for _, b := range bundles {
		files = append(files, b.Files...)
	}
	for i, f := range files {
		if len(files) > 1 {
			if i > 0 {
				fmt.Fprintln(s.stdout)
			}
			printable.Fprintf(s.stdout, "# ==> %s <==\n", f.Name)
		}
		if _, err := fmt.Fprint(s.stdout, f.Text); err != nil {
			return s.check(err)
		}
	}
	return int(lsb.Done)
}

func newExportReport(format export.Format, in *export.Installation, bundles []*export.Bundle) exportReport {
	report := exportReport{Format: format.Name, Directory: string(in.Directory), Services: []exportedService{}, Steps: steps(in)}
	for _, b := range bundles {
		e := exportedService{Path: b.Path, Name: b.Name, Warnings: b.Warnings}
		for _, f := range b.Files {
			e.Files = append(e.Files, exportedFile{f.Name, fmt.Sprintf("%04o", f.Mode), f.Text})
		}
		report.Services = append(report.Services, e)
	}
	return report
}
