// Package export writes a service entry in the words of another init system.
//
// What a service becomes depends on how it is driven, and on whether the other
// system looks after a program itself:
//
//	             systemd            sysv, openrc        runit, s6         cron
//	daemon       the program        svloop              the program       svloop
//	control      oneshot unit       svctl               cannot be         svctl
//	command      forking unit       svctl               cannot be         svctl
//
// "The program" runs in the foreground under the eyes of the system, with what
// daemon_options say put in its words. Where it has none for what one of them
// promises, svloop runs there in place of the program. "svctl" is a script or a line that has
// svctl act on the entry, which is then read from the configuration each time.
//
// The same entry yields the same bytes on every host, apart from the paths of
// svloop, svctl and the configuration.
package export

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Format is an init system that services can be exported to.
type Format struct {
	Name   string
	Native bool // it looks after the program itself, and svloop has no part in it

	// render returns the files of a service, the first of them with comments
	// that begin with #, and what has no equivalent.
	render func(*Source) (files []File, warnings []string, err error)
	host   hostFormat
}

// All are the formats, in the order of the usage.
var All = []Format{systemd, sysv, openrc, runit, s6, cron}

// Names are the names of all formats.
func Names() []string {
	var names []string
	for _, f := range All {
		names = append(names, f.Name)
	}
	return names
}

// Lookup returns the format with a name.
func Lookup(name string) (Format, bool) {
	i := slices.IndexFunc(All, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return All[i], true
}

// Source is a service, and what its definition elsewhere has to name.
type Source struct {
	*servicedef.Service
	Svloop, Svctl string              // absolute paths
	Conf          string              // absolute path of the configuration
	ConfType      servicedef.Type     // how it is written
	Options       *invocation.Options // those that daemon_options say; for a daemon only
}

// Name is the name of the exported service: its path with dashes for slashes,
// because no init system has groups.
func (s *Source) Name() string { return ExportedName(s.Path) }

// ExportedName is the name that the service with a path is exported under.
func ExportedName(path string) string { return strings.ReplaceAll(path, "/", "-") }

// SvctlCommand returns the words of an svctl command about the service.
func (s *Source) SvctlCommand(action string) []string {
	words := []string{s.Svctl, "--conf", s.Conf}
	if s.ConfType != servicedef.Apache {
		words = append(words, "--conftype", string(s.ConfType))
	}
	return append(words, action, s.Path)
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
	Made     string // the command that makes it
	Files    []File
	Warnings []string // what has no equivalent
}

// CannotError says that a service cannot be exported to a format.
type CannotError struct {
	Path, Position, Format, Why string
}

func (e *CannotError) Error() string {
	return fmt.Sprintf("%s: cannot export service %q to %s: %s", e.Position, e.Path, e.Format, e.Why)
}

// checkName returns why no service with this path can be exported: for the name
// that it would have.
func checkName(path string) error {
	if name := ExportedName(path); !plainName.MatchString(name) {
		return fmt.Errorf("its name %q is not made of ASCII letters, digits, - and _ only", name)
	}
	return nil
}

// plainName is what all of the systems take for the name of a service: systemd
// (systemd.unit(5)) is the strictest, insserv wants no dot.
var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// Render returns a service in the words of the format. The error is a
// *CannotError.
func (f Format) Render(s *Source) (*Bundle, error) {
	cannot := func(format string, args ...any) error {
		return &CannotError{s.Path, position(s), f.Name, fmt.Sprintf(format, args...)}
	}
	if err := checkName(s.Path); err != nil {
		return nil, cannot("%v", err)
	}
	if relative := s.relativePath(); relative != "" {
		return nil, cannot("%q is a relative path, and it would start elsewhere", relative)
	}
	if err := s.misuse(); err != nil {
		return nil, cannot("%v", err)
	}
	files, warnings, err := f.render(s)
	if err != nil {
		return nil, cannot("%v", err)
	}
	made := f.made(s.Path)
	stamp(files, fmt.Sprintf("# Service %s, from %s.", s.Path, position(s)), made)
	return &Bundle{s.Name(), s.Path, made, files, warnings}, nil
}

// made is the command that makes the files of a service.
func (f Format) made(path string) string { return fmt.Sprintf("svctl export %s %s", f.Name, path) }

// position is where the entry stands: the same, wherever svctl was run.
func position(s *Source) string {
	file := s.Pos.File
	if path, err := filepath.Abs(file); err == nil {
		file = path
	}
	return fmt.Sprintf("%s:%d", file, s.Pos.Line)
}

// relativePath returns the first path of the entry that starts in the directory
// of whoever runs svctl, "" when there is none. A program without a slash is
// looked for in PATH.
func (s *Source) relativePath() string {
	for _, command := range [][]string{s.Control, s.Start, s.Stop, s.Status, s.Restart} {
		if len(command) > 0 && strings.Contains(command[0], "/") && !filepath.IsAbs(command[0]) {
			return command[0]
		}
	}
	if s.Kind() != servicedef.ByDaemon {
		return ""
	}
	if !filepath.IsAbs(s.Daemon) {
		return s.Daemon
	}
	return s.Options.RelativePath()
}
