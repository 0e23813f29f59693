// Package importing reads the service definitions of other systems and returns
// equivalent entries. Each system has a package, which fills in the common
// [entry.Entry]:
//
//	package      what it reads                  what it becomes
//	initscript   init script                    control = SCRIPT
//	systemd      unit with Type=forking         commands: start, and stop if possible
//	             unit of another type           a daemon of svloop
//	supervisord  section of a program           a daemon of svloop, or a group if it
//	                                            has several processes
//	runit        service directory              a daemon of svloop
//
//	svctl import ─► importing.Importer ─ recognize ─► one of these ─► entry
//
// Nothing is dropped silently: a line without an equivalent becomes an
// [entry.Note], which is printed as a comment. Defaults of the other system
// become the defaults of svloop. The exception is how a program is stopped: a
// program that had 90 seconds to terminate must not be killed after 3. No
// option is printed that svloop would refuse.
//
// The same definition yields the same bytes. No program is run, and nothing of
// the host is read but the files themselves.
package importing

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/initscript"
	"github.com/svloop/svloop/internal/importing/runit"
	"github.com/svloop/svloop/internal/importing/supervisord"
	"github.com/svloop/svloop/internal/importing/systemd"
	"github.com/svloop/svloop/pkg/configgeneral"
)

// Importer reads definitions. Hostname may be empty if it is unknown.
type Importer struct {
	Files    configgeneral.Files
	Getenv   func(name string) (value string, found bool) // for %(ENV_X)s of supervisord
	Hostname string                                       // for %(host_node_name)s and %H
}

// Definitions are all definitions that one command imports.
type Definitions = entry.Definitions

// All reads all definitions and returns an error for each of those that cannot
// be imported, joined; each is an [entry.Error]. If several entries have the
// same name or the same pid file, it keeps the first.
func (im *Importer) All(names []string) (Definitions, error) {
	var all Definitions
	var wrong []error
	known := newDistinct()
	for _, name := range names {
		d, err := im.read(name)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		wrong = append(wrong, known.keep(d)...)
		if len(d.Entries) > 0 {
			all = append(all, d)
		}
	}
	all.Resolve()
	return all, errors.Join(wrong...)
}

var (
	errUnknown = errors.New("it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory")
	errBinary  = errors.New("not a text file: it contains a NUL byte")
)

func (im *Importer) read(name string) (*entry.Definition, error) {
	fail := func(err error) (*entry.Definition, error) {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &entry.Error{File: name, Err: err}
	}
	info, err := im.Files.Stat(name)
	if err != nil {
		return fail(err)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return fail(err)
	}
	if info.IsDir() {
		return runit.Import(im.Files, name, path)
	}
	data, err := im.Files.ReadFile(name)
	if err != nil {
		return fail(err)
	}
	if strings.IndexByte(string(data), 0) >= 0 {
		return fail(errBinary)
	}
	f := &entry.File{Name: name, Path: path, Data: string(data), Executable: info.Mode().Perm()&0o111 != 0}
	switch recognize(f) {
	case initScript:
		return initscript.Import(f)
	case systemdUnit:
		return systemd.Import(f, im.Hostname)
	case supervisordFile:
		return supervisord.Import(f, supervisord.Outside{Getenv: im.Getenv, Hostname: im.Hostname})
	case runScript:
		return runit.Import(im.Files, filepath.Dir(name), filepath.Dir(path))
	}
	return fail(errUnknown)
}
