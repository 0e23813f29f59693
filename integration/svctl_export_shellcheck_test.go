package integration

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shellWords have a meaning in a shell unless they are quoted.
var shellWords = []string{
	"two words", "it's", `"double"`, "$HOME", "${x}", "$(echo x)", "`echo x`", `back\slash`, `\`, "'", "50%", "a\tb",
	"a\nb", "*", "?", "~", "#x", "!x", "{a,b}", ";", "&&", "|", "<x", ">x", "(x)", "[x]", "grün", "日本", "-n", "=", "if",
}

// TestExportedShellcheck expects no finding in any script. Text in single quotes is from
// the entry, so advice about it (SC2016, SC1003) does not apply; PATH is not a command
// whose quotes are lost (SC2089, SC2090); OpenRC reads the description (SC2034).
func TestExportedShellcheck(t *testing.T) {
	t.Parallel()
	if found, err := condition("have:shellcheck"); err != nil || !found {
		leaveOut(t, "shellcheck is not installed")
	}
	var conf strings.Builder
	entry := func(name, keys string, args ...any) {
		fmt.Fprintf(&conf, "<entry>\ntype = service\nname = "+name+"\n"+keys+"\n</entry>\n", args...)
	}
	names := []string{"control", "command", "pattern", "restart", "timeout", "path"}
	entry("control", "control = /bin/x")
	entry("command", "start = /bin/x\nstop = /bin/x\nstatus = /bin/x\nexpected = stopped")
	entry("pattern", "start = /bin/x")
	entry("restart", "start = /bin/x\ndaemon = /run/restart.pid\nrestart = /bin/x a%%20b")
	entry("timeout", "start = /bin/x\ndaemon = /run/timeout.pid\ntimeout = 0.5")
	entry("path", "start = /bin/x\ndaemon = /run/path.pid\npath = /a b:/c'd")
	for i, word := range shellWords {
		encoded := ""
		for b := range []byte(word) {
			encoded += fmt.Sprintf("%%%02x", word[b])
		}
		name := fmt.Sprintf("word%d", i)
		names = append(names, name)
		entry(name, "start = /bin/x %s /bin/y%s\ndaemon = /run/%s.pid\ndaemon_options = --env A=%s", encoded, encoded, name, encoded)
	}
	s := newScene(t, map[string]string{"svctl.conf": conf.String()})
	for format, options := range map[string][]string{
		"sysv":   {"--exclude=SC2016,SC1003,SC2089,SC2090"},
		"openrc": {"--exclude=SC2016,SC1003,SC2089,SC2090,SC2034", "--shell=sh"},
	} {
		dir := t.TempDir()
		if code, text := s.svctl("export", format, "--output", dir); code != 0 || strings.Count(text, "\n") != len(names)+strings.Count(text, "warning: ") {
			t.Fatalf("%s: exit status %d: %s", format, code, text)
		}
		for _, name := range names {
			options = append(options, filepath.Join(dir, name))
		}
		if text, err := exec.Command("shellcheck", options...).CombinedOutput(); err != nil || len(text) > 0 {
			t.Errorf("%s: %v\n%s", format, err, text)
		}
	}
}
