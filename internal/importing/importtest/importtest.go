// Package importtest helps to test the dialects: it provides files, and checks
// that the printed configuration means the same as the entries.
package importtest

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Host maps absolute names to the text of files. Files that begin with #! are
// executable.
type Host map[string]string

func (h Host) files() fstest.MapFS {
	all := make(fstest.MapFS)
	for name, text := range h {
		mode := fs.FileMode(0o644)
		if executable(text) {
			mode = 0o755
		}
		all[strings.TrimPrefix(name, "/")] = &fstest.MapFile{Data: []byte(text), Mode: mode}
	}
	return all
}

func executable(text string) bool { return strings.HasPrefix(text, "#!") }

// ReadFile returns the text of a file.
func (h Host) ReadFile(name string) ([]byte, error) { return h.files().ReadFile(name[1:]) }

// ReadDir lists a directory.
func (h Host) ReadDir(name string) ([]fs.DirEntry, error) { return h.files().ReadDir(name[1:]) }

// Stat describes a file or a directory.
func (h Host) Stat(name string) (fs.FileInfo, error) { return h.files().Stat(name[1:]) }

// Printed compares the printed configuration.
func Printed(t *testing.T, all entry.Definitions, want string) {
	t.Helper()
	got, err := all.Text()
	if err != nil || got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
	Loaded(t, all)
}

// Import is the function of a dialect that imports files.
type Import func(f *entry.File) (*entry.Definition, error)

func (read Import) file(name, text string) (*entry.Definition, error) {
	return read(&entry.File{Name: name, Path: name, Data: text, Executable: executable(text)})
}

// Text compares the printed configuration of a file.
func (read Import) Text(t *testing.T, name, text, want string) {
	t.Helper()
	d, err := read.file(name, text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	Printed(t, entry.Definitions{d}, want)
}

// Fails compares the error for a file.
func (read Import) Fails(t *testing.T, name, text, want string) {
	t.Helper()
	if d, err := read.file(name, text); err == nil || err.Error() != want || d != nil {
		t.Errorf("got %v, %v\nwant %s\nfrom\n%s", d, err, want, text)
	}
}

// Lines returns the printed configuration of a file, without indentation and
// without the lines that all daemons named x share.
func (read Import) Lines(t *testing.T, name, text string) string {
	t.Helper()
	d, err := read.file(name, text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return Lines(t, d)
}

// Lines does the same for a definition.
func Lines(t *testing.T, d *entry.Definition) string {
	t.Helper()
	all := entry.Definitions{d}
	Loaded(t, all)
	printed, err := all.Text()
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(printed) {
		line = strings.TrimSpace(line)
		usual := []string{"<entry>", "</entry>", "type = service", "name = x", "daemon = /run/svloop-x.pid", "timeout = 95", "# " + entry.OwnPIDFile, "# from " + d.File}
		if !slices.Contains(usual, line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// Loaded prints the entries as text and as a tree, loads both, and compares the
// services word by word with the entries.
func Loaded(t *testing.T, all entry.Definitions) {
	t.Helper()
	text, err := all.Text()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := all.Tree()
	if err != nil {
		t.Fatal(err)
	}
	dump, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var meant []*entry.Entry
	notes := 0
	for _, d := range all {
		notes += len(d.Notes)
		for _, e := range d.Entries {
			meant = append(meant, e.Services()...)
			notes += countNotes(e)
		}
	}
	if got := len(all.Warnings()); got != notes {
		t.Errorf("%d warnings for %d notes", got, notes)
	}
	for kind, text := range map[servicedef.Type]string{servicedef.Apache: text, servicedef.JSON: string(dump)} {
		c, err := servicedef.Load("a", kind, fstest.MapFS{"a": {Data: []byte(text)}})
		if err != nil || len(c.Warnings) > 0 {
			t.Fatalf("%v %v in\n%s", err, c, text)
		}
		services := c.Services()
		if len(services) != len(meant) {
			t.Fatalf("%d services, want %d, in\n%s", len(services), len(meant), text)
		}
		for i, s := range services {
			wantService(t, s, meant[i])
		}
	}
}

func countNotes(e *entry.Entry) int {
	n := len(e.Notes)
	for _, child := range e.Children {
		n += countNotes(child)
	}
	return n
}

func wantService(t *testing.T, s *servicedef.Service, e *entry.Entry) {
	t.Helper()
	for _, words := range [][2][]string{{s.Control, e.Control}, {s.Start, e.Start}, {s.Stop, e.Stop}, {s.DaemonOptions, e.Options}} {
		if !slices.Equal(words[0], words[1]) {
			t.Errorf("%s: got %q, want %q", e.Name, words[0], words[1])
		}
	}
	if s.Name != e.Name || s.Daemon != e.Daemon || s.StopThenStart != e.StopThenStart || (s.Expected == servicedef.Stopped) != (e.Expected == servicedef.Stopped) {
		t.Errorf("got %+v, want %+v", s, e)
	}
	if want := e.Waits(); s.Timeout != want {
		t.Errorf("%s: timeout %v, want %v", s.Name, s.Timeout, want)
	}
	if s.Kind() == servicedef.ByDaemon {
		if _, err := cmdline.ParseEntry(s.Daemon, s.SvloopOptions(), s.Start); err != nil {
			t.Errorf("%s: svloop does not take %q: %v", s.Name, s.DaemonOptions, err)
		}
	}
}
