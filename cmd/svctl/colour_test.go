package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/table"
)

// TestColours has the order of precedence: --color, NO_COLOR, CLICOLOR_FORCE, the terminal.
func TestColours(t *testing.T) {
	t.Parallel()
	terminal := openTerminal(t)
	for _, test := range []struct {
		mode       string
		env        environment
		onTerminal bool
		elsewhere  bool
	}{
		{"auto", nil, true, false},
		{"auto", environment{"TERM=xterm"}, true, false},
		{"auto", environment{"TERM=dumb"}, false, false},
		{"auto", environment{"NO_COLOR=1"}, false, false},
		{"auto", environment{"NO_COLOR="}, true, false},
		{"auto", environment{"CLICOLOR_FORCE=1", "TERM=dumb"}, true, true},
		{"auto", environment{"CLICOLOR_FORCE=0"}, true, false},
		{"auto", environment{"CLICOLOR_FORCE="}, true, false},
		{"auto", environment{"CLICOLOR_FORCE=1", "NO_COLOR=1"}, false, false},
		{"always", environment{"NO_COLOR=1", "TERM=dumb"}, true, true},
		{"never", environment{"CLICOLOR_FORCE=1"}, false, false},
	} {
		o := &options{colour: test.mode}
		if got := (&invocation{options: o, env: test.env, stdout: &delivery{to: terminal}}).colours(); got != test.onTerminal {
			t.Errorf("--color=%s, %q, on a terminal: got %v", test.mode, test.env, got)
		}
		for name, s := range map[string]*invocation{
			"no file": {options: o, env: test.env, stdout: &output{}},
			"a pipe":  {options: o, env: test.env, stdout: openPipe(t)},
		} {
			if got := s.colours(); got != test.elsewhere {
				t.Errorf("--color=%s, %q, %s: got %v", test.mode, test.env, name, got)
			}
		}
	}
}

func TestPaint(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{"always": "\x1b[31ma\\n\x1b[0m", "never": `a\n`} {
		if got := (&invocation{options: &options{colour: mode}, stdout: &output{}}).paint(table.Fault, "a\n"); string(got) != want {
			t.Errorf("%s: got %q, want %q", mode, got, want)
		}
	}
}

// TestWidth follows ps(1) on a terminal. Elsewhere lines have no limit.
func TestWidth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns uint16
		env     environment
		want    int
	}{
		{0, nil, 80}, {1, nil, 1}, {132, nil, 132}, {132, environment{"COLUMNS=40"}, 40},
		{132, environment{"COLUMNS="}, 132}, {132, environment{"COLUMNS=0"}, 132}, {132, environment{"COLUMNS=-1"}, 132}, {132, environment{"COLUMNS=x"}, 132},
	} {
		terminal, _ := openSized(t, test.columns)
		if got := (&invocation{env: test.env, stdout: &delivery{to: terminal}}).width(); got != test.want {
			t.Errorf("%d columns, %q: got %d, want %d", test.columns, test.env, got, test.want)
		}
		if got := (&invocation{env: test.env, stdout: openPipe(t)}).width(); got != 0 {
			t.Errorf("a pipe, %q: got %d", test.env, got)
		}
	}
}

// TestCheckOnTerminal breaks lines that are too long, and colours the first word of a
// verdict.
func TestCheckOnTerminal(t *testing.T) {
	t.Parallel()
	entries := []checkedEntry{{
		Name: "web", Text: "web: WARNING, not expected", style: table.Fault, Children: []checkedEntry{
			{Name: "http", Text: "http: OK, running, as expected", style: table.Good},
			{
				Name: "日本語日本語-日本語日本語", Text: "日本語日本語-日本語日本語: WARNING, not running, not expected, stopped by hand (root, 12:30)",
				style: table.Warning, remarks: remarks{hold: "stopped by hand (root, 12:30)"},
			},
		},
	}}
	for columns, want := range map[uint16]string{
		200: `web: {FWARNING}, not expected
  http: {GOK}, running, as expected
  日本語日本語-日本語日本語: {WWARNING}, not running, not expected, stopped by hand (root, 12:30)
`,
		40: `web: {FWARNING}, not expected
  http: {GOK}, running, as expected
  日本語日本語-日本語日本語:
      {WWARNING}, not running, not expected
      stopped by hand (root, 12:30)
`,
	} {
		terminal, master := openSized(t, columns)
		s := &invocation{options: &options{colour: "always"}, stdout: &delivery{to: terminal}}
		for _, e := range entries {
			s.printChecked(e, 0)
		}
		want = strings.NewReplacer("{F", "\x1b[31m", "{G", "\x1b[32m", "{W", "\x1b[33m", "}", "\x1b[0m").Replace(want)
		if got := written(terminal, master); got != want {
			t.Errorf("%d columns: got\n%s\nwant\n%s", columns, got, want)
		}
	}
}

// written returns what was written to a terminal, and closes it.
func written(terminal, master *os.File) string {
	terminal.Close()
	text, _ := io.ReadAll(master) // the error is EIO, because the terminal is closed
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}
