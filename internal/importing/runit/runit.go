// Package runit imports service directories of runsv(8). The script run becomes
// a daemon of svloop. If it only executes a program, the program becomes the
// daemon.
//
//	directory ─┬─ run, execLine ──► Start, and options for those of chpst(8)
//	           ├─ down ───────────► Expected
//	           └─ other files ────► Notes
package runit

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

var errNoRun = errors.New("a directory without the script run, so it is not a runit service directory")

// Files that runsv(8) and sv(8) read in addition to run.
var otherFiles = []struct{ name, means string }{
	{"finish", "runs after each exit"},
	{"check", "run by sv check"},
	{"control", "runs instead of signals"},
	{"log/run", "reads the output, which svloop discards without --stdout"},
}

// Import reads a service directory. Its name is as the user wrote it, its path
// is absolute. The options of the entry make svloop behave like runsv(8): it
// starts the program in the directory, restarts it a second after each exit,
// and stops it like sv force-stop.
func Import(files configgeneral.Files, name, path string) (*entry.Definition, error) {
	fail := func(err error) (*entry.Definition, error) {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = fmt.Errorf("%s: %w", p.Path, p.Err)
		}
		return nil, &entry.Error{File: name, Err: err}
	}
	run := filepath.Join(name, "run")
	info, err := files.Stat(run)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(errNoRun)
	case err != nil:
		return fail(err)
	}
	data, err := files.ReadFile(run)
	if err != nil {
		return fail(err)
	}
	e := &entry.Entry{Name: filepath.Base(path)}
	if err := entry.CheckName(e.Name); err != nil {
		return fail(err)
	}
	e.Daemon = entry.PIDFile(e.Name)
	e.AddOption("--restart", "always")
	e.AddOption("--backoff", "1:1")
	e.AddOption("--kill-spec", "TERM/7 KILL")
	if !execLine(e, string(data), path) {
		e.Start = entry.Command([]string{filepath.Join(path, "run")})
		e.AddNote(0, "the program is the script run itself: do not remove the directory")
		if info.Mode().Perm()&0o111 == 0 {
			e.AddNote(0, "run is not executable")
		}
	}
	e.AddOption("--chdir", path)
	exists := func(file string) bool {
		_, err := files.Stat(filepath.Join(name, file))
		return err == nil
	}
	if exists("down") {
		e.Expected = servicedef.Stopped
	}
	for _, file := range otherFiles {
		if exists(file.name) {
			e.NoEquivalent(0, file.name+" ("+file.means+")")
		}
	}
	e.SortNotes()
	return &entry.Definition{File: name, Entries: []*entry.Entry{e}}, nil
}
