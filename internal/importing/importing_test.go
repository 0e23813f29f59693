package importing

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/importtest"
)

// environment contains the values of %(ENV_X)s in tests.
var environment = map[string]string{"PLACE": "/srv", "EMPTY": ""}

func all(h importtest.Host, names ...string) (Definitions, error) {
	getenv := func(name string) (string, bool) { value, found := environment[name]; return value, found }
	return (&Importer{Files: h, Getenv: getenv, Hostname: "box"}).All(names)
}

// one imports one file.
func one(name, text string) (Definitions, error) {
	return all(importtest.Host{name: text}, name)
}

// wantError compares the error of importing a file.
func wantError(t *testing.T, name, text, want string) {
	t.Helper()
	definitions, err := one(name, text)
	if err == nil || err.Error() != want || definitions != nil {
		t.Errorf("got %v, %v\nwant %s\nfrom\n%s", definitions, err, want, text)
	}
}

func TestNotRecognized(t *testing.T) {
	t.Parallel()
	const neither = `cannot import "/x": it is neither an init script, a systemd unit, a supervisord configuration nor a runit directory`
	for _, text := range []string{
		"", "hello\n", "[foo]\na = b\n", "a = b\n",
		"#!/bin/sh\necho hello\n",
		"#!/bin/sh\ncase $1 in\nstart) ;;\nesac\n", // stop is missing
		"#!/bin/sh\n[Service]\n",
	} {
		wantError(t, "/x", text, neither)
	}
	wantError(t, "/x", "[Unit]\n\x00", `cannot import "/x": not a text file: it contains a NUL byte`)
	if _, err := all(importtest.Host{}, "/x"); err == nil || err.Error() != `cannot import "/x": file does not exist` {
		t.Errorf("got %v", err)
	}
}

// refusing has files without permission to stat or read them.
type refusing struct {
	importtest.Host
	stat bool
}

func (r refusing) Stat(name string) (fs.FileInfo, error) {
	if r.stat {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrPermission}
	}
	return r.Host.Stat(name)
}

func (r refusing) ReadFile(name string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestNotReadable(t *testing.T) {
	t.Parallel()
	h := importtest.Host{"/x": "", "/sv/a/run": "#!/bin/sh\nexec a\n"}
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

// An error in one definition does not prevent the import of the others.
func TestSeveral(t *testing.T) {
	t.Parallel()
	h := importtest.Host{
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
cannot import "/sv": a directory without the script run, so it is not a runit service directory`},
		{[]string{"/a.service", "/b/a.service"}, []string{"a"}, `/b/a.service: cannot import "a": its name is already used by /a.service`},
		{[]string{"/s.conf", "/t.conf"}, []string{"p"}, `/t.conf:1: cannot import "p": its name is already used by /s.conf:1`},
		{[]string{"/t.conf", "/both.conf"}, []string{"p", "q"}, `/both.conf:1: cannot import "p": its name is already used by /t.conf:1`},
		{[]string{"/g.conf"}, nil, `/g.conf:6: cannot import "x": its name is already used in group "g"`},
		{[]string{"/h.conf", "/h-i.service"}, []string{"h"}, `/h-i.service: cannot import "h-i": its pid file "/run/svloop-h-i.pid" is already used by /h.conf:3`},
	} {
		definitions, err := all(h, test.names...)
		var kept []string
		for _, d := range definitions {
			for _, e := range d.Entries {
				kept = append(kept, e.Name)
			}
		}
		if !slices.Equal(kept, test.kept) || err == nil || err.Error() != test.want {
			t.Errorf("%q: got %q and\n%v\nwant %q and\n%s", test.names, kept, err, test.kept, test.want)
		}
		if len(kept) > 0 {
			importtest.Loaded(t, definitions)
		}
		if one := new(entry.Error); !errors.As(err, &one) {
			t.Errorf("%v is no *Error", err)
		}
	}
	definitions, err := all(h, "/a.service", "/sv/d/run") // naming the script imports its directory
	if err != nil {
		t.Fatal(err)
	}
	importtest.Printed(t, definitions, `
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
