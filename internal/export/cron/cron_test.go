package cron

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// cronRuns returns the command of a line in the crontab as cron passes it to the shell.
// It follows the stricter crons, which remove one of two backslashes.
func cronRuns(t *testing.T, text string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		line, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "* * * * * ")
		if !found {
			continue
		}
		var command strings.Builder
		for i := 0; i < len(line); i++ {
			switch {
			case line[i] == '%':
				t.Fatalf("cron would end the command at byte %d: %s", i, line)
			case line[i] == '\\' && i+1 < len(line) && (line[i+1] == '%' || line[i+1] == '\\'):
				i++
			case line[i] == '\\' && i+1 < len(line):
				command.WriteByte(line[i]) // an escaped backslash escapes nothing
				i++
			}
			command.WriteByte(line[i])
		}
		return command.String()
	}
	t.Fatalf("there is no line for every minute in\n%s", text)
	return ""
}

func TestCronEscape(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ command, want string }{
		{"", ""},
		{"a b", "a b"},
		{"50%", `50\%`},
		{"%%", `\%\%`},
		{`'a\b'`, `'a\b'`},
		{`'a\\b'`, `'a\''\b'`},
		{`'a\\\b'`, `'a\''\''\b'`},
		{`'a\%b'`, `'a\''\%b'`},
		{`'it'\''s 5%'`, `'it'\''s 5\%'`},
		{"'\xff%'", "'\xff\\%'"},
	} {
		if got := cronEscape(test.command); got != test.want {
			t.Errorf("%s: got %s, want %s", test.command, got, test.want)
		}
	}
}

func TestCronCannot(t *testing.T) {
	t.Parallel()
	s := exporttest.Source(t, "control = /bin/x", "expected = stopped")
	if got := exporttest.Refusal(t, Format, s); got != "it is expected to be stopped, but the line would start it every minute" {
		t.Error(got)
	}
	daemon := func(n int) *export.Source {
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid")
		s.Start = append(s.Start, strings.Repeat("a", n))
		return s
	}
	rest := len(cronRuns(t, mustRender(t, daemon(1)))) - 1
	if text := mustRender(t, daemon(longestCommand-rest)); len(cronRuns(t, text)) != longestCommand {
		t.Errorf("the longest is %d bytes long", len(cronRuns(t, text)))
	}
	if got := exporttest.Refusal(t, Format, daemon(longestCommand-rest+1)); got != "its command has 999 bytes, but cron accepts at most 998" {
		t.Error(got)
	}
}

func mustRender(t *testing.T, s *export.Source) string {
	t.Helper()
	text, _ := exporttest.File(t, Format, s)
	return text
}

// TestLines compares the bytes of the lines.
func TestLines(t *testing.T) {
	t.Parallel()
	for kind, keys := range exporttest.Kinds {
		if kind == "command" { // it is expected to be stopped
			continue
		}
		got, _ := exporttest.File(t, Format, exporttest.Source(t, keys...))
		exporttest.Golden(t, "cron_"+kind, got)
		if again, _ := exporttest.File(t, Format, exporttest.Source(t, keys...)); again != got {
			t.Errorf("%s differs at the second time", kind)
		}
	}
}

func TestLinesHaveEveryOption(t *testing.T) {
	t.Parallel()
	exporttest.KeepsEveryOption(t, exporttest.Start, Format)
}

func TestLinesWarn(t *testing.T) {
	t.Parallel()
	const (
		timeout = "timeout = 0.5 (--ready-timeout and --kill-spec limit the start and the stop)"
		path    = `PATH of svctl (cron searches "prog" in its own PATH, /usr/bin:/bin unless the crontab sets it; the key path sets another)`
	)
	daemon := []string{"start = prog", "daemon = /run/x.pid", "timeout = 0.5", "restart = /bin/again a%20b"}
	for _, test := range []struct{ keys, want []string }{
		{daemon, []string{timeout, path}},
		{append(daemon, "path = /opt"), []string{timeout}},
		{[]string{"start = /bin/prog", "daemon = /run/x.pid"}, nil},
		{[]string{"control = prog"}, []string{path}},
		{[]string{"start = prog"}, []string{path}},
		{[]string{"start = /bin/prog", "stop = /bin/prog", "status = prog"}, []string{path}},
		{[]string{"control = prog", "path = /opt"}, nil},
	} {
		exporttest.Warnings(t, Format, exporttest.Source(t, test.keys...), test.want...)
	}
}

// TestLinesQuote starts a daemon with odd words in cron's shell.
func TestLinesQuote(t *testing.T) {
	t.Parallel()
	broken := func(word string) bool { return strings.Contains(word, "\n") }
	exporttest.KeepsWords(t, Format, slices.DeleteFunc(slices.Clone(exporttest.OddWords), broken), func(text string) *exec.Cmd {
		return exec.Command("/bin/sh", "-c", cronRuns(t, text))
	})
	s := exporttest.Source(t, "start = /bin/x a%0Ab", "daemon = /run/x.pid")
	if got := exporttest.Refusal(t, Format, s); got != "one of its words contains a newline, which a crontab cannot express" {
		t.Error(got)
	}
}

// TestItself: cron has no service of this name.
func TestItself(t *testing.T) {
	t.Parallel()
	text, _ := exporttest.File(t, Format, exporttest.Source(t, "control = service x"))
	if !strings.Contains(text, "svctl --conf /etc/svctl.conf start x ") {
		t.Error(text)
	}
	if Format.Installed(exporttest.Host(), "x") {
		t.Error("x is installed in no directory")
	}
}
