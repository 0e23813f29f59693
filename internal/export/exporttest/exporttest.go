// Package exporttest has the common parts of the tests of all export formats: entries,
// hosts, and checks.
package exporttest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Source returns the service x of an entry with these keys.
func Source(t *testing.T, keys ...string) *export.Source {
	t.Helper()
	return Sources(t, "<entry>\ntype = service\nname = x\n"+strings.Join(keys, "\n")+"\n</entry>\n")["x"]
}

// Sources are the services of a configuration by their paths.
func Sources(t *testing.T, text string) map[string]*export.Source {
	t.Helper()
	config, err := servicedef.Load("/etc/svctl.conf", servicedef.Apache, confFile(text))
	if err != nil {
		t.Fatal(err)
	}
	sources := make(map[string]*export.Source)
	places := export.Places(config)
	for _, service := range config.Services() {
		s := &export.Source{
			Service: service, Place: places[service], Svloop: "/usr/bin/svloop", Svctl: "/usr/bin/svctl",
			Conf: "/etc/svctl.conf", ConfType: servicedef.Apache,
		}
		if s.Kind() == servicedef.ByDaemon {
			if s.Options, err = cmdline.ParseEntry(s.Daemon, s.SvloopOptions(), s.Start); err != nil {
				t.Fatal(err)
			}
		}
		sources[s.Path] = s
	}
	return sources
}

// Ordered is a configuration of daemons: app, which is after the group web and after
// cron, and the group web with db, cache and http.
func Ordered(strategy string) string {
	daemon := func(name, keys string) string {
		return "<entry>\ntype = service\nname = " + name + "\nstart = /bin/" + name + "\ndaemon = /run/" + name + ".pid\n" + keys + "</entry>\n"
	}
	return daemon("app", "after = web cron\n") + "<entry>\ntype = supervisor\nname = web\nstrategy = " + strategy + "\n<children>\n" +
		daemon("db", "") + daemon("cache", "") + daemon("http", "") + "</children>\n</entry>\n" + daemon("cron", "")
}

// confFile is the text of a configuration file with any name.
type confFile string

func (c confFile) ReadFile(string) ([]byte, error) { return []byte(c), nil }
func (c confFile) ReadDir(string) ([]fs.DirEntry, error) {
	return nil, errors.New("there is no directory")
}
func (c confFile) Stat(string) (fs.FileInfo, error) {
	return fstest.MapFS{"x": {Data: []byte(c)}}.Stat("x")
}

// Kinds has the keys of an entry of each kind.
var Kinds = map[string][]string{
	"daemon": {
		"start = /opt/x/bin/x --title it's%20%24HOME", "daemon = /run/x.pid",
		"daemon_options = --restart always --user www", "path = /opt/x/bin:/usr/bin", "timeout = 20",
		"restart = /opt/x/bin/x --again",
	},
	"control": {"control = /opt/x/ctl one%20word", "path = /opt/x/bin"},
	"signal":  {"start = /opt/x/bin/x", "daemon = /run/x.pid", "reload = SIGUSR1"},
	"reload":  {"start = /opt/x/bin/x", "daemon = /run/x.pid", "daemon_options = --user www", "reload = /opt/x/bin/x --reload it's%20%24HOME"},
	"command": {"start = /opt/x/start", "stop = /opt/x/stop", "status = /opt/x/status", "expected = stopped"},
}

// Host has these programs in PATH, and these files. Programs are names, files are paths;
// a string may contain several, separated by blanks.
func Host(has ...string) *export.Host {
	has = strings.Fields(strings.Join(has, " ") + " /")
	return &export.Host{
		LookPath: func(program string) (string, error) {
			if !slices.Contains(has, program) {
				return "", os.ErrNotExist
			}
			return "/usr/bin/" + program, nil
		},
		Exists: func(path string) bool { return slices.Contains(has, path) },
	}
}

// Steps formats steps as svctl prints them.
func Steps(steps []export.Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.String())
	}
	return strings.Join(all, "; ")
}

// Files returns all files of a service as one text.
func Files(t *testing.T, f export.Format, s *export.Source) (string, *export.Bundle) {
	t.Helper()
	b, err := f.Render(s)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range b.Files {
		fmt.Fprintf(&text, "==> %s %04o <==\n%s", file.Name, file.Mode, file.Text)
	}
	return text.String(), b
}

// File returns the text of the only file, and the warnings.
func File(t *testing.T, f export.Format, s *export.Source) (string, []string) {
	t.Helper()
	b, err := f.Render(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Files) != 1 {
		t.Fatalf("there are %d files, want one", len(b.Files))
	}
	return b.Files[0].Text, b.Warnings
}

// Refusal returns the reason why a service cannot be exported.
func Refusal(t *testing.T, f export.Format, s *export.Source) string {
	t.Helper()
	_, err := f.Render(s)
	var cannot *export.CannotError
	if !errors.As(err, &cannot) {
		t.Fatalf("got the error %v, want a CannotError", err)
	}
	return cannot.Why
}

// Golden compares a text with the one in testdata, and replaces that one if
// UPDATE_SCRIPTS is set.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

// Warnings compares the warnings of a service, and its comments, with the expected ones.
func Warnings(t *testing.T, f export.Format, s *export.Source, want ...string) {
	t.Helper()
	text, b := Files(t, f, s)
	if len(b.Warnings) != len(want) || strings.Count(text, "# No equivalent: ") != len(want) {
		t.Errorf("%s: the warnings %q, want %q, and the text\n%s", f.Name, b.Warnings, want, text)
		return
	}
	for i, want := range want {
		if b.Warnings[i] != "no equivalent: "+want || !strings.Contains(text, "\n# No equivalent: "+want+"\n") {
			t.Errorf("%s: the warning %q, want %q, and the text\n%s", f.Name, b.Warnings[i], want, text)
		}
	}
}
