package export

import (
	"strings"
	"testing"
)

// cronRuns returns the command of a line that the file of a service has for
// every minute, as cron gives it to the shell. It takes the word of the stricter
// crons, which remove one of two backslashes.
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
				command.WriteByte(line[i]) // what it escapes is no escape
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
	s := scriptSource(t, "control = /bin/x", "expected = stopped")
	if got := cannotRender(t, cron, s); got != "it is expected stopped, and the line would start it every minute" {
		t.Error(got)
	}
	daemon := func(n int) *Source {
		s := scriptSource(t, "start = /bin/x", "daemon = /run/x.pid")
		s.Start = append(s.Start, strings.Repeat("a", n))
		return s
	}
	rest := len(cronRuns(t, mustRender(t, daemon(1)))) - 1
	if text := mustRender(t, daemon(longestCommand-rest)); len(cronRuns(t, text)) != longestCommand {
		t.Errorf("the longest is %d bytes long", len(cronRuns(t, text)))
	}
	if got := cannotRender(t, cron, daemon(longestCommand-rest+1)); got != "its command has 999 bytes, and cron takes 998" {
		t.Error(got)
	}
}

func mustRender(t *testing.T, s *Source) string {
	t.Helper()
	text, _ := renderScript(t, cron, s)
	return text
}
