// Package runit imports service directories of runsv(8): the program becomes a
// daemon of svloop.
package runit

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/servicedef"
)

var errNoRun = errors.New("a directory without run, so it is none of runit")

// What runsv(8) knows in a directory beside run.
var runsvFiles = []struct{ name, means string }{
	{"finish", "run after each end"},
	{"check", "asked by sv check"},
	{"control", "run in place of signals"},
	{"log/run", "reads the output, which goes nowhere here without --stdout"},
}

// Import reads a run directory of runit. What runsv(8) does there is done by
// svloop: it stands in the directory, begins again whenever the program has
// ended, after a second, and ends it as sv force-stop does.
func Import(files configgeneral.Files, file, path string) (*entry.Definition, error) {
	fail := func(err error) (*entry.Definition, error) {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = fmt.Errorf("%s: %w", p.Path, p.Err)
		}
		return nil, &entry.Error{File: file, Err: err}
	}
	run := filepath.Join(file, "run")
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
	script := &shellScript{dir: path, entry: &entry.Entry{Options: e.Options}}
	script.readVariables = func(dir string) (map[string]string, error) { return readEnvdir(files, dir) }
	if err := script.read(string(data)); err == nil {
		script.entry.AddOption("--chdir", script.dir)
		e.Start, e.Options, e.Notes = entry.Command(script.words), script.entry.Options, script.entry.Notes
	} else {
		e.Start = []string{filepath.Join(path, "run")}
		e.AddOption("--chdir", path)
		e.AddNote(0, "the script run itself is the program: %v", err)
		if info.Mode().Perm()&0o111 == 0 {
			e.AddNote(0, "run is not executable")
		}
	}
	if exists(files, filepath.Join(file, "down")) {
		e.Expected = servicedef.Stopped
	}
	for _, known := range runsvFiles {
		if exists(files, filepath.Join(file, known.name)) {
			e.NoEquivalent(0, known.name+" ("+known.means+")")
		}
	}
	e.SortNotes()
	return &entry.Definition{File: file, Entries: []*entry.Entry{e}}, nil
}

func exists(files configgeneral.Files, name string) bool {
	_, err := files.Stat(name)
	return err == nil
}

// readEnvdir reads a directory of chpst(8) -e: each file has the name of a variable
// and its value in the first line, without blanks at the end; NUL bytes in it
// are newlines. An empty file removes the variable, which no option does.
func readEnvdir(files configgeneral.Files, dir string) (map[string]string, error) {
	found, err := files.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	variables := make(map[string]string)
	for _, f := range found {
		if f.IsDir() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		data, err := files.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		if len(data) == 0 {
			return nil, fmt.Errorf("%s/%s is empty, which removes the variable", dir, f.Name())
		}
		line, _, _ := strings.Cut(string(data), "\n")
		variables[f.Name()] = strings.ReplaceAll(strings.TrimRight(line, " \t"), "\x00", "\n")
	}
	return variables, nil
}

// isShell reports whether the script is one of a POSIX shell.
func isShell(data string) bool {
	line, _, _ := strings.Cut(data, "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if len(words) > 1 && filepath.Base(words[0]) == "env" {
		words = words[1:]
	}
	shells := []string{"sh", "dash", "bash", "ash", "ksh"}
	return strings.HasPrefix(line, "#!") && len(words) > 0 && slices.Contains(shells, filepath.Base(words[0])) &&
		(len(words) == 1 || len(words) == 2 && shellFlags(words[1]))
}

// shellFlags reports whether the options of a shell change nothing for a script
// that can be read here.
func shellFlags(word string) bool {
	return len(word) > 1 && word[0] == '-' && strings.Trim(word[1:], "euC") == ""
}
