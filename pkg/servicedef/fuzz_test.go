package servicedef

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// summary is the part of a configuration that does not depend on its syntax.
func summary(c *Config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v, %d warnings\n", c.Settings, len(c.Warnings))
	walk(c.Entries, func(e *Entry) {
		fmt.Fprintf(&b, "%q %q\n", e.Name, e.Path)
		s := e.Service
		if s == nil {
			return
		}
		fmt.Fprintf(&b, "  %s %s %v %q after %q\n", s.Kind(), s.Expected, s.Timeout, s.SearchPath, paths(s.After))
		if s.Pattern != nil {
			fmt.Fprintf(&b, "  pattern %q\n", s.Pattern)
		}
		for _, action := range []Action{Start, Stop, Status, Restart} {
			fmt.Fprintf(&b, "  %s\n", describe(steps(s, action, "svloop")))
		}
	})
	return b.String()
}

// FuzzLoad: no input makes the interpreter panic, all errors have a position, and the
// tree that is dumped as JSON has the same tree and services.
func FuzzLoad(f *testing.F) {
	seeds, err := filepath.Glob("../configgeneral/testdata/conformance/*.conf")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, false)
	}
	for _, keys := range []string{
		"control = c\nrestart = stop+start", "start = s\ndaemon = /p\ndaemon_options = -d\nstop = x", "start = s\npattern = (a|b)c\ntimeout = 2.5",
		"start = s\nafter = s t", "start = s\nafter = a\nafter = b", "start = a%20b \xff %ff\npath = /bin", "start = s\nstop = x\nstatus = y\nexpected = stopped", "start = s\nstart = t", "strat = s", "start =", "start = \x1c",
	} {
		f.Add([]byte(serviceText(keys)), false)
	}
	f.Add([]byte("<simplevisor>\nlog = file\nlogfile = x\n</simplevisor>\n"+group("g", "stopped", named("a", ""), named("b", "running"))), false)
	f.Add([]byte(group("g", "", named("a", ""))+serviceText("start = s\nafter = g g/a a%20")), false)
	for _, text := range []string{
		`{"entry": {"type": "service", "name": "s", "start": ["x"], "timeout": 5}}`, `{"entry": [null, {"type": null, "name": {}}]}`,
		`{"entry": [{"type": "supervisor", "name": "g", "children": {"entry": {"type": "service", "name": "g", "control": "c"}}}]}`,
	} {
		f.Add([]byte(text), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, asJSON bool) {
		kind := Apache
		if asJSON {
			kind = JSON
		}
		c, err := Load("a.conf", kind, fstest.MapFS{"a.conf": {Data: data}, "part.inc": {Data: []byte(named("part", ""))}})
		if err != nil {
			if c != nil || !strings.HasPrefix(err.Error(), "a.conf:") && !strings.HasPrefix(err.Error(), "part.inc:") {
				t.Fatalf("got %v and the error %v", c, err)
			}
			return
		}
		dump := configgeneral.Dump(c.Tree)
		again, err := loadText(JSON, string(dump))
		if err != nil {
			t.Fatalf("%v in\n%s", err, dump)
		}
		if got := configgeneral.Dump(again.Tree); string(got) != string(dump) {
			t.Errorf("tree changed:\n%s\nbecame\n%s", dump, got)
		}
		if got, want := summary(again), summary(c); got != want {
			t.Errorf("services changed:\n%s\nbecame\n%s", want, got)
		}
	})
}

// FuzzCompilePattern: no expression makes the compiler or the search panic, and a pattern
// that matches the empty string is rejected.
func FuzzCompilePattern(f *testing.F) {
	for _, expr := range []string{"", "a", "x*", `(?P<n>a)(?P=n)`, `(?i)É\b`, "(?<=a)b", "[^]]", `\udcff`, "(", "a{1,2}+", "(?x) a # b", "\xff"} {
		f.Add(expr, "/usr/bin/foo --conf /etc/foo.conf")
	}
	f.Fuzz(func(t *testing.T, expr, subject string) {
		p, err := CompilePattern(expr)
		if err != nil {
			if p != nil || err.Error() == "" {
				t.Errorf("got %v and the error %q", p, err)
			}
			return
		}
		if p.String() != expr {
			t.Errorf("got %q from String", p)
		}
		if p.MatchString("") && p.check() == nil {
			t.Errorf("%q matches the empty text and is not refused", expr)
		}
		found, err := p.MatchArgs([]string{subject})
		if again := p.MatchString(subject + " "); err == nil && again != found && p.check() == nil {
			t.Errorf("%q in %q: got %v, then %v", expr, subject, found, again)
		}
	})
}
