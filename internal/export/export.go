// Package export translates a service entry for another init system, and
// installs the result. It has the common part; a package for each family translates:
//
//	           systemd          initscript       supervised        cron
//	           systemd          sysv, openrc     runit, s6         cron
//	daemon     the program      svloop           svloop            svloop
//	control    oneshot unit     svctl            cannot be         svctl
//	command    forking unit     svctl            cannot be         svctl
//	              │                │                │               │
//	              └────────────────┴── Format ──────┴───────────────┘
//	                                     │
//	  Source ─ Format.Render ─► Bundle (files with checksums)
//	                              │
//	                Format.Install, Installation.Do ─► Directory, Host
//
// "The program" runs in the foreground, supervised by systemd, with daemon_options
// translated to options of the unit. If systemd has none for one of them, svloop
// runs in place of the program. Everywhere else svloop runs it: in the foreground,
// supervised by runit or s6, or as a daemon. "svctl" is a script or a line that
// runs svctl, which reads the entry from the configuration each time.
//
// Package formats lists the families. The same entry yields the same bytes on
// every host, apart from the paths of svloop, svctl and the configuration.
package export

import (
	"fmt"
	"io/fs"
	"regexp"

	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Format is an init system that services can be exported to.
type Format struct {
	Name   string
	Native bool // it supervises programs itself, and would start a second copy

	// Translate returns the files of a service, the first of them with comments
	// that begin with #, and a warning for each option without an equivalent.
	// Needs returns the services without which it does not start a service; nil: it
	// starts each alone.
	Needs func(*Source) []*servicedef.Service

	Translate func(*Source) (files []File, warnings []string, err error)
	System    System
}

// File is one file of an exported service.
type File struct {
	Name string // below the directory of the format, as in "custom1/run"
	Mode fs.FileMode
	Text string
}

// Bundle is an exported service.
type Bundle struct {
	Name     string // of the exported service
	Path     string // of the service in the configuration
	Made     string // the export command that makes it
	Files    []File
	Warnings []string // options without an equivalent
}

// CannotError is returned if a service cannot be exported to a format.
type CannotError struct {
	Path, Position, Format, Why string
}

func (e *CannotError) Error() string {
	return fmt.Sprintf("%s: cannot export service %q to %s: %s", e.Position, e.Path, e.Format, e.Why)
}

// checkName returns the reason why no service with this path can be exported: its name.
func checkName(path string) error {
	if name := ExportedName(path); !plainName.MatchString(name) {
		return fmt.Errorf("its name %q has other characters than ASCII letters, digits, - and _", name)
	}
	return nil
}

// plainName matches the names of services that all systems accept: systemd
// (systemd.unit(5)) is the strictest, and insserv refuses dots.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// Render translates a service to the format. The error is a
// *CannotError.
func (f Format) Render(s *Source) (*Bundle, error) {
	cannot := func(format string, args ...any) error {
		return &CannotError{s.Path, printable.Text(position(s)), f.Name, fmt.Sprintf(format, args...)}
	}
	if err := checkName(s.Path); err != nil {
		return nil, cannot("%v", err)
	}
	if relative := s.relativePath(); relative != "" {
		return nil, cannot("the relative path %q would begin in another directory", relative)
	}
	if err := s.misuse(); err != nil {
		return nil, cannot("%v", err)
	}
	files, warnings, err := f.Translate(s)
	if err != nil {
		return nil, cannot("%v", err)
	}
	made := f.Made(s.Path)
	stamp(files, fmt.Sprintf("# Service %s, from %s.", s.Path, printable.Text(position(s))), made)
	return &Bundle{s.Name(), s.Path, made, files, warnings}, nil
}

// Made returns the command that makes the files of a service.
func (f Format) Made(path string) string { return fmt.Sprintf("svctl export %s %s", f.Name, path) }
