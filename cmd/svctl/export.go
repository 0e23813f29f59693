package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/formats"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// exportReport is the answer to export in JSON; svctl-export(1) documents it.
type exportReport struct {
	Format    string            `json:"format"`
	Directory string            `json:"directory,omitempty"`
	Services  []exportedService `json:"services"`
	Steps     []string          `json:"steps,omitempty"`
}

type exportedService struct {
	Path     string         `json:"path"`
	Name     string         `json:"name"`
	Files    []exportedFile `json:"files"`
	Warnings []string       `json:"warnings,omitempty"`
}

type exportedFile struct {
	Name string `json:"name"`
	Mode string `json:"mode"`
	Text string `json:"text"`
}

// exportAction translates services for another init system. It prints the result, writes
// it to a directory, or installs it.
func exportAction(s *invocation) int {
	format, err := s.exportFormat()
	if err != nil {
		return complain(s.stderr, err)
	}
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	bundles, err := s.render(format, services)
	if err != nil {
		return complain(s.stderr, err)
	}
	for _, b := range bundles {
		for _, w := range b.Warnings {
			printable.Fprintf(s.stderr, "svctl: warning: %s: %s\n", b.Path, w)
		}
	}
	in := &export.Installation{Directory: export.Directory(s.output), Write: bundles}
	if s.exporting.install {
		if err := s.refuseSecondCopy(format, services); err != nil {
			return s.failed(err)
		}
		running := make(map[string]bool)
		for _, service := range services {
			running[service.Path] = service.Expected == servicedef.Running
		}
		if in, err = format.Install(export.ThisHost(), bundles, running, s.exporting.force); err != nil {
			return s.failed(err)
		}
	}
	if s.output == "" && !s.exporting.install {
		return s.printBundles(format, bundles)
	}
	if s.output != "" {
		if in.Remove, err = in.Directory.Obsolete(bundles); err != nil {
			return s.failed(err)
		}
	}
	return s.carryOut(format, in, bundles)
}

// exportFormat parses the first argument, the format.
func (s *invocation) exportFormat() (export.Format, error) {
	if len(s.args) == 0 {
		return export.Format{}, wrong("action %s needs a format: %s", s.action, strings.Join(formats.Names(), ", "))
	}
	name := s.args[0]
	format, known := formats.Lookup(name)
	if !known {
		return format, usageerror.Unknown(name, formats.Names(), "unknown format %q: want one of %s", name, strings.Join(formats.Names(), ", "))
	}
	s.args = s.args[1:]
	return format, nil
}

// render translates services to a format. Its error has a line for each service that
// cannot be translated.
func (s *invocation) render(format export.Format, services []selected) ([]*export.Bundle, error) {
	conf, err := filepath.Abs(s.config.Name)
	if err != nil {
		return nil, fmt.Errorf("cannot find %q: %w", s.config.Name, err)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find svctl: %w", err)
	}
	var bundles []*export.Bundle
	var all []error
	names := make(map[string]string)
	places := export.Places(s.config)
	for _, service := range services {
		source := &export.Source{
			Service: service.Service, Place: places[service.Service], Svloop: s.control.Svloop, Svctl: self,
			Conf: conf, ConfType: servicedef.Type(s.conftype),
		}
		if other, taken := names[source.Name()]; taken {
			all = append(all, fmt.Errorf("cannot export services %q and %q together: both would be named %q", other, service.Path, source.Name()))
			continue
		}
		names[source.Name()] = service.Path
		if err := s.complete(format, source); err != nil {
			all = append(all, err)
			continue
		}
		b, err := format.Render(source)
		if err == nil && format.Needs != nil {
			b.Warnings = append(b.Warnings, missing(format.Needs(source), services)...)
		}
		bundles, all = append(bundles, b), append(all, err)
	}
	return bundles, errors.Join(all...)
}

// missing returns a warning for each service that another one needs to start, and that
// is not exported together with it.
func missing(needed []*servicedef.Service, exported []selected) []string {
	var all []string
	for _, other := range needed {
		if !slices.ContainsFunc(exported, func(s selected) bool { return s.Service == other }) {
			all = append(all, fmt.Sprintf("it does not start without %s: export that service as well", other.Path))
		}
	}
	return all
}

// complete adds what the files of a service need: svloop and its options, or svctl and
// the configuration.
func (s *invocation) complete(format export.Format, source *export.Source) (err error) {
	if source.Kind() == servicedef.ByDaemon {
		if !filepath.IsAbs(source.Svloop) {
			return &export.MissingError{Format: format.Name, Why: "there is no svloop beside svctl or in PATH, and $SVLOOP has no absolute path"}
		}
		source.Options, err = parseDaemon(source.Service)
		return err
	}
	// svctl reads no pipe, so a path below /dev or /proc is a plain file on standard input.
	if !format.Native && (strings.HasPrefix(source.Conf, "/dev/") || strings.HasPrefix(source.Conf, "/proc/")) {
		return fmt.Errorf("cannot export service %q to %s: its configuration %q may be a different file next time", source.Path, format.Name, source.Conf)
	}
	return nil
}

// refuseSecondCopy refuses to install a program that svloop runs now, because the init
// system would start a second copy. If the service is installed already, the init system
// itself has started that svloop.
func (s *invocation) refuseSecondCopy(format export.Format, services []selected) error {
	if !format.Native || s.exporting.force {
		return nil
	}
	for _, service := range services {
		if service.Kind() != servicedef.ByDaemon || format.Installed(export.ThisHost(), export.ExportedName(service.Path)) {
			continue
		}
		if found := pidfiles.Svloop.Probe(service.Daemon); found.State.Alive() {
			return hint.With(
				fmt.Errorf("cannot install service %q: it runs under svloop (pid %d), and %s would start a second copy", service.Path, found.PID, format.Name),
				"svctl stop "+service.Path,
			)
		}
	}
	return nil
}
