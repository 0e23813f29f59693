package importing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/servicedef"
)

// host are files by their absolute names.
type host map[string]string

func (h host) files() fstest.MapFS {
	all := make(fstest.MapFS)
	for name, text := range h {
		mode := fs.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		all[strings.TrimPrefix(name, "/")] = &fstest.MapFile{Data: []byte(text), Mode: mode}
	}
	return all
}

func (h host) ReadFile(name string) ([]byte, error)       { return h.files().ReadFile(name[1:]) }
func (h host) ReadDir(name string) ([]fs.DirEntry, error) { return h.files().ReadDir(name[1:]) }
func (h host) Stat(name string) (fs.FileInfo, error)      { return h.files().Stat(name[1:]) }

// environment is what %(ENV_X)s stands for in tests.
var environment = map[string]string{"PLACE": "/srv", "EMPTY": ""}

func (h host) all(names ...string) (Definitions, error) {
	getenv := func(name string) (string, bool) { value, found := environment[name]; return value, found }
	return (&Importer{Files: h, Getenv: getenv, Hostname: "box"}).All(names)
}

// one is the definition in a file with a name.
func one(name, text string) (Definitions, error) { return host{name: text}.all(name) }

// wantText compares all that is printed for a file.
func wantText(t *testing.T, name, text, want string) {
	t.Helper()
	all, err := one(name, text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	wantPrinted(t, all, want)
}

func wantPrinted(t *testing.T, all Definitions, want string) {
	t.Helper()
	got, err := all.Text()
	if err != nil || got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
	wantLoaded(t, all)
}

// wantError compares the error of importing a file.
func wantError(t *testing.T, name, text, want string) {
	t.Helper()
	all, err := one(name, text)
	if err == nil || err.Error() != want || all != nil {
		t.Errorf("got %v, %v\nwant %s\nfrom\n%s", all, err, want, text)
	}
}

// wantLoaded holds what is printed to what was meant, word by word: as a
// configuration, and as the tree of one.
func wantLoaded(t *testing.T, all Definitions) {
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
	var meant []*Entry
	notes := 0
	for _, d := range all {
		notes += len(d.Notes)
		for _, e := range d.Entries {
			meant = append(meant, e.services()...)
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

func countNotes(e *Entry) int {
	n := len(e.Notes)
	for _, child := range e.Children {
		n += countNotes(child)
	}
	return n
}

func wantService(t *testing.T, s *servicedef.Service, e *Entry) {
	t.Helper()
	for _, words := range [][2][]string{{s.Control, e.Control}, {s.Start, e.Start}, {s.Stop, e.Stop}, {s.DaemonOptions, e.Options}} {
		if !slices.Equal(words[0], words[1]) {
			t.Errorf("%s: got %q, want %q", e.Name, words[0], words[1])
		}
	}
	if s.Name != e.Name || s.Daemon != e.Daemon || s.StopThenStart != e.StopThenStart || (s.Expected == servicedef.Stopped) != (e.Expected == servicedef.Stopped) {
		t.Errorf("got %+v, want %+v", s, e)
	}
	if want := e.waits(); s.Timeout != want {
		t.Errorf("%s: timeout %v, want %v", s.Name, s.Timeout, want)
	}
	if s.Kind() == servicedef.ByDaemon {
		if _, err := invocation.Parse(s.Plan(servicedef.Start, "svloop")[0].Argv[1:]); err != nil {
			t.Errorf("%s: svloop does not take %q: %v", s.Name, s.DaemonOptions, err)
		}
	}
}

func TestNotRecognized(t *testing.T) {
	t.Parallel()
	const neither = `cannot import "/x": it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory`
	for _, text := range []string{
		"", "hello\n", "[foo]\na = b\n", "a = b\n",
		"#!/bin/sh\necho hello\n",
		"#!/bin/sh\ncase $1 in\nstart) ;;\nesac\n", // there is no stop
		"#!/bin/sh\n[Service]\n",
	} {
		wantError(t, "/x", text, neither)
	}
	wantError(t, "/x", "[Unit]\n\x00", `cannot import "/x": it is not a text: it has a NUL byte`)
	if _, err := (host{}).all("/x"); err == nil || err.Error() != `cannot import "/x": file does not exist` {
		t.Errorf("got %v", err)
	}
}

// refusing has files that nobody may look at, or read.
type refusing struct {
	host
	stat bool
}

func (r refusing) Stat(name string) (fs.FileInfo, error) {
	if r.stat {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrPermission}
	}
	return r.host.Stat(name)
}

func (r refusing) ReadFile(name string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestNotReadable(t *testing.T) {
	t.Parallel()
	h := host{"/x": "", "/sv/a/run": "#!/bin/sh\nexec a\n"}
	for _, test := range []struct {
		files      refusing
		name, want string
	}{
		{refusing{h, true}, "/x", `cannot import "/x": permission denied`},
		{refusing{h, false}, "/x", `cannot import "/x": permission denied`},
		{refusing{h, false}, "/sv/a", `cannot import "/sv/a": /sv/a/run: permission denied`},
	} {
		_, err := (&Importer{Files: test.files}).All([]string{test.name})
		if err == nil || err.Error() != test.want || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

// What is wrong does not keep the rest from being imported.
func TestSeveral(t *testing.T) {
	t.Parallel()
	h := host{
		"/a.service":   "[Service]\nExecStart=/bin/a\n",
		"/b/a.service": "[Service]\nExecStart=/bin/a\n",
		"/c.service":   "[Service]\n",
		"/sv/d/run":    "#!/bin/sh\nexec d\n",
		"/e":           "e",
		"/s.conf":      "[program:p]\ncommand=p\n",
		"/t.conf":      "[program:p]\ncommand=p\n",
		"/g.conf":      "[group:g]\nprograms=p,q\n[program:p]\ncommand=p\nprocess_name=x\n[program:q]\ncommand=q\nprocess_name=x\n",
		"/both.conf":   "[program:p]\ncommand=p\n[program:q]\ncommand=q\n",
		"/h.conf":      "[group:h]\nprograms=i\n[program:i]\ncommand=i\n",
		"/h-i.service": "[Service]\nExecStart=/bin/i\n",
	}
	for _, test := range []struct {
		names []string
		kept  []string
		want  string
	}{
		{[]string{"/c.service", "/a.service", "/e", "/sv", "/sv/d"}, []string{"a", "d"}, `cannot import "/c.service": it has no ExecStart=
cannot import "/e": it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory
cannot import "/sv": a directory without run, so it is none of runit`},
		{[]string{"/a.service", "/b/a.service"}, []string{"a"}, `/b/a.service: cannot import "a": its name is taken by that of /a.service`},
		{[]string{"/s.conf", "/t.conf"}, []string{"p"}, `/t.conf:1: cannot import "p": its name is taken by that of /s.conf:1`},
		{[]string{"/t.conf", "/both.conf"}, []string{"p", "q"}, `/both.conf:1: cannot import "p": its name is taken by that of /t.conf:1`},
		{[]string{"/g.conf"}, nil, `/g.conf:6: cannot import "x": its name is taken by another of group "g"`},
		{[]string{"/h.conf", "/h-i.service"}, []string{"h"}, `/h-i.service: cannot import "h-i": its pid file "/run/svloop-h-i.pid" is taken by that of /h.conf:3`},
	} {
		all, err := h.all(test.names...)
		var kept []string
		for _, d := range all {
			for _, e := range d.Entries {
				kept = append(kept, e.Name)
			}
		}
		if !slices.Equal(kept, test.kept) || err == nil || err.Error() != test.want {
			t.Errorf("%q: got %q and\n%v\nwant %q and\n%s", test.names, kept, err, test.kept, test.want)
		}
		if len(kept) > 0 {
			wantLoaded(t, all)
		}
		if one := new(Error); !errors.As(err, &one) {
			t.Errorf("%v is no *Error", err)
		}
	}
	all, err := h.all("/a.service", "/sv/d")
	if err != nil {
		t.Fatal(err)
	}
	wantPrinted(t, all, `
# from /a.service
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/a
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL
    timeout = 95
</entry>

# from /sv/d
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = d
    start = d
    daemon = /run/svloop-d.pid
    daemon_options = --restart always --backoff 1:1 --kill-spec TERM/7%20KILL --chdir /sv/d
</entry>
`)
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"a": true, "a-b_c.d:e@f+g": true, "é": true, "_a": true, "7": true,
		"": false, "-a": false, ".a": false, "a b": false, "a/b": false, "a$": false, "a\n": false, `a\x2d`: false, "\xff": false,
	} {
		err := checkName(name)
		want := fmt.Sprintf("its name %q is not made of letters, digits and the characters _ . : @ + - only", name)
		if (err == nil) != good || err != nil && err.Error() != want {
			t.Errorf("%q: got %v", name, err)
		}
	}
	wantError(t, "/a b.service", "[Service]\nExecStart=/a\n", `cannot import "/a b.service": its name "a b" is not made of letters, digits and the characters _ . : @ + - only`)
	wantError(t, "/a b", "#!/bin/sh\n### BEGIN INIT INFO\n### END INIT INFO\n", `cannot import "/a b": its name "a b" is not made of letters, digits and the characters _ . : @ + - only`)
}

// Words that no command has are refused whole.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	e := &Entry{Name: "x", Start: []string{"a", "b\x00"}}
	group := &Entry{Name: "g", Children: []*Entry{e}}
	for _, e := range []*Entry{e, group} {
		all := Definitions{{File: "f", Entries: []*Entry{e}}}
		const want = `cannot write "x": no command of a configuration stands for it: word "b\x00"`
		if text, err := all.Text(); text != "" || err == nil || err.Error() != want {
			t.Errorf("got %q, %v", text, err)
		}
		if _, err := all.Tree(); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}

// What a definition says must not end a comment and become configuration.
func TestComments(t *testing.T) {
	t.Parallel()
	wantText(t, "/a.service", "[Unit]\nAfter=/*/x */ start = y\nBefore=a\\\nb\x1b\x7f\\n\n[Service]\nExecStart=/bin/a\n", `
# from /a.service
# no equivalent: After=/*%2Fx *%2F start = y
# no equivalent: Before=a b%1B%7F\n
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/a
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL
    timeout = 95
</entry>
`)
}
