// Package importing reads how other systems define a service, and gives the
// entries that stand for it.
//
//	what is read                      what it becomes
//	init script                       control = SCRIPT
//	systemd unit, Type=forking        commands: start, and stop if it can be said
//	systemd unit, other types         a daemon of svloop
//	section of supervisord            a daemon of svloop, a group where it has
//	                                  several processes
//	run directory of runit            a daemon of svloop
//
// Nothing is dropped in silence: what has no equivalent is a [Note], which
// becomes a comment. What the definition leaves to the defaults of its system
// is left to those of svloop, apart from how a program is stopped: one that had
// 90 seconds must not be killed after 3. No option is emitted that svloop would
// refuse.
//
// The same definition yields the same bytes. Nothing is run, and apart from the
// files themselves the host is not looked at.
package importing

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/printable"
)

// Importer reads definitions.
type Importer struct {
	Files    configgeneral.Files
	Getenv   func(name string) (value string, found bool) // for %(ENV_X)s of supervisord
	Hostname string                                       // for %(host_node_name)s and %H
}

// Definition is what a file, or a directory, defines.
type Definition struct {
	File    string // as it was given
	Entries []*Entry
	Notes   []Note // about what is in no entry
}

// Definitions are those that are imported together.
type Definitions []*Definition

// Error is what is wrong with a definition.
type Error struct {
	File string
	Line int    // 0: it is about the file
	What string // the service, or "" for the file
	Err  error
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: cannot import %q: %v", printable.Text(e.File), e.Line, e.What, e.Err)
	case e.What != "":
		return fmt.Sprintf("%s: cannot import %q: %v", e.File, e.What, e.Err)
	}
	return fmt.Sprintf("cannot import %q: %v", e.File, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// All reads all definitions that can be, and returns what is wrong with each of
// the others: each is an *Error. Of entries with the same name, or the same pid
// file, the first is kept.
func (im *Importer) All(files []string) (Definitions, error) {
	var all Definitions
	var wrong []error
	known := newDistinct()
	for _, file := range files {
		d, err := im.read(file)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		wrong = append(wrong, known.keep(d)...)
		if len(d.Entries) > 0 {
			all = append(all, d)
		}
	}
	return all, errors.Join(wrong...)
}

var (
	errUnknown = errors.New("it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory")
	errBinary  = errors.New("it is not a text: it has a NUL byte")
	errNoRun   = errors.New("a directory without run, so it is none of runit")
)

// text is a file that is imported.
type text struct {
	file       string // as it was given
	path       string // absolute
	data       string
	executable bool
}

func (im *Importer) read(file string) (*Definition, error) {
	fail := func(err error) (*Definition, error) {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &Error{File: file, Err: err}
	}
	info, err := im.Files.Stat(file)
	if err != nil {
		return fail(err)
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return fail(err)
	}
	if info.IsDir() {
		return im.directory(file, path)
	}
	data, err := im.Files.ReadFile(file)
	if err != nil {
		return fail(err)
	}
	if strings.IndexByte(string(data), 0) >= 0 {
		return fail(errBinary)
	}
	t := &text{file, path, string(data), info.Mode().Perm()&0o111 != 0}
	switch kind := t.kind(); kind {
	case initScript:
		return importScript(t)
	case systemdUnit:
		return importUnit(t, im.Hostname)
	case supervisordFile:
		return im.importSupervisord(t)
	case runScript:
		return im.directory(filepath.Dir(file), filepath.Dir(path))
	}
	return fail(errUnknown)
}

// kind is what a file is.
type kind int

const (
	unknown kind = iota
	initScript
	systemdUnit
	supervisordFile
	runScript
)

// A section begins a unit, and each part of a configuration of supervisord.
var (
	sectionLine = regexp.MustCompile(`(?m)^\[([^\]\n]+)\]`)
	unitSection = regexp.MustCompile(`^(Unit|Service|Install|Socket|Timer|Mount|Automount|Swap|Path|Slice|Scope)$`)
	supervisord = regexp.MustCompile(`^((program|group|eventlistener|fcgi-program|rpcinterface):.*|supervisord|supervisorctl|unix_http_server|inet_http_server|include)$`)
)

func (t *text) kind() kind {
	if strings.HasPrefix(t.data, "#!") {
		base := filepath.Base(t.path)
		switch {
		case strings.Contains(t.data, lsbBegin):
			return initScript
		case base == "run" && !actionsOf(t.data).has("start"):
			return runScript
		case t.executable && actionsOf(t.data).has("start", "stop"):
			return initScript
		}
		return unknown
	}
	for _, section := range sectionLine.FindAllStringSubmatch(t.data, -1) {
		switch {
		case unitSection.MatchString(section[1]):
			return systemdUnit
		case supervisord.MatchString(section[1]):
			return supervisordFile
		}
	}
	switch {
	case filepath.Ext(t.path) == ".service":
		return systemdUnit
	case strings.Contains(t.data, lsbBegin):
		return initScript
	}
	return unknown
}
