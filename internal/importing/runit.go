package importing

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// What runsv(8) knows in a directory beside run.
var runsvFiles = []struct{ name, means string }{
	{"finish", "run after each end"},
	{"check", "asked by sv check"},
	{"control", "run in place of signals"},
	{"log/run", "reads the output, which goes nowhere here without --stdout"},
}

// directory reads a run directory of runit. What runsv(8) does there is done by
// svloop: it stands in the directory, begins again whenever the program has
// ended, after a second, and ends it as sv force-stop does.
func (im *Importer) directory(file, path string) (*Definition, error) {
	fail := func(err error) (*Definition, error) {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = fmt.Errorf("%s: %w", p.Path, p.Err)
		}
		return nil, &Error{File: file, Err: err}
	}
	run := filepath.Join(file, "run")
	info, err := im.Files.Stat(run)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(errNoRun)
	case err != nil:
		return fail(err)
	}
	data, err := im.Files.ReadFile(run)
	if err != nil {
		return fail(err)
	}
	e := &Entry{Name: filepath.Base(path)}
	if err := checkName(e.Name); err != nil {
		return fail(err)
	}
	e.Daemon = pidFile(e.Name)
	e.option("--restart", "always")
	e.option("--backoff", "1:1")
	e.option("--kill-spec", "TERM/7 KILL")
	script := &shellScript{dir: path, entry: &Entry{Options: e.Options}}
	script.readVariables = func(dir string) (map[string]string, error) { return im.envdir(dir) }
	if err := script.read(string(data)); err == nil {
		script.entry.option("--chdir", script.dir)
		e.Start, e.Options, e.Notes = commandOf(script.words), script.entry.Options, script.entry.Notes
	} else {
		e.Start = []string{filepath.Join(path, "run")}
		e.option("--chdir", path)
		e.note(0, "the script run itself is the program: %v", err)
		if info.Mode().Perm()&0o111 == 0 {
			e.note(0, "run is not executable")
		}
	}
	if im.exists(filepath.Join(file, "down")) {
		e.Expected = servicedef.Stopped
	}
	for _, known := range runsvFiles {
		if im.exists(filepath.Join(file, known.name)) {
			e.noEquivalent(0, known.name+" ("+known.means+")")
		}
	}
	e.sortNotes()
	return &Definition{File: file, Entries: []*Entry{e}}, nil
}

func (im *Importer) exists(name string) bool {
	_, err := im.Files.Stat(name)
	return err == nil
}

// envdir reads a directory of chpst(8) -e: each file has the name of a variable
// and its value in the first line, without blanks at the end; NUL bytes in it
// are newlines. An empty file removes the variable, which no option does.
func (im *Importer) envdir(dir string) (map[string]string, error) {
	files, err := im.Files.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	variables := make(map[string]string)
	for _, f := range files {
		if f.IsDir() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		data, err := im.Files.ReadFile(filepath.Join(dir, f.Name()))
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
