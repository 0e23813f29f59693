package exporttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// values has a value for each option of svloop that needs one.
var values = map[string]string{
	"count": "2", "sleep": "1", "restart": "always", "backoff": "1:2", "max-failures": "1/2",
	"timeout": "3", "kill-spec": "KILL", "ready": "alive:1", "ready-timeout": "4", "watchdog": "5",
	"survivors": "refuse", "stdin": "null", "stdout": "/a", "stderr": "/b", "rotate": "1M:2", "log": "/c", "user": "u",
	"group": "g", "umask": "022", "chdir": "/d", "chroot": "/e", "env": "A=B", "env-file": "/f",
	"nice": "1", "rlimit": "nofile=1", "oom-score-adj": "6", "pidfile": "/run/x.pid",
}

// Start returns the command with which svctl starts a daemon.
func Start(s *export.Source) string {
	return shellquote.Join(s.Step(servicedef.Start, s.Svloop).Argv)
}

// KeepsEveryOption puts each option of svloop into daemon_options. It expects the option
// in the command that starts the daemon, as in the entry, and the command in one of the
// files.
func KeepsEveryOption(t *testing.T, command func(*export.Source) string, formats ...export.Format) {
	t.Helper()
	needs := map[string]string{"backoff": "--restart always", "max-failures": "--restart always", "ready-timeout": "--ready alive:1",
		"rotate": "--stdout /a", "timestamps": "--stdout /a"}
	texts := []string{"help", "?", "manual", "version"} // options that start nothing
	questions := []string{"status", "quit", "json"}     // options that svctl refuses earlier
	cmdline.Defaults().Flags().VisitAll(func(flag *pflag.Flag) {
		option := "--" + flag.Name
		if flag.Value.Type() == "value" {
			value, known := values[flag.Name]
			if !known {
				t.Fatalf("there is no value for --%s", flag.Name)
			}
			option += " " + value
		}
		if slices.Contains(questions, flag.Name) {
			if _, err := cmdline.ParseEntry("/run/x.pid", []string{option}, []string{"/bin/x"}); err == nil {
				t.Errorf("%s is not refused", option)
			}
			return
		}
		s := Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+needs[flag.Name]+" "+option)
		for _, f := range formats {
			if slices.Contains(texts, flag.Name) {
				if got := Refusal(t, f, s); got != "with its daemon_options svloop prints a text instead of starting the program" {
					t.Errorf("%s, %s: %s", f.Name, option, got)
				}
				continue
			}
			text, b := Files(t, f, s)
			start := command(s)
			if !strings.Contains(start, option) || strings.Count(text, start) == 0 {
				t.Errorf("%s, %s: there is no %s in\n%s", f.Name, option, start, text)
			}
			if len(b.Warnings) > 0 {
				t.Errorf("%s, %s: the warnings %q", f.Name, option, b.Warnings)
			}
		}
	})
}

// OddWords are words that a shell changes unless they are quoted.
var OddWords = []string{
	"two words", "it's", `"double"`, "$HOME", "$(echo x)", "`echo x`", `back\slash`, `\\two`, `\%`, "50%", "a\tb",
	"a\nb", "*", "~", "#x", "!x", "{a,b}", ";x", "&x", "|x", "<x", ">x", "(x)", "[x]", "grün", "日本", "-n", "\xff", "=",
}

// KeepsWords runs the start of a daemon with each odd word in a shell, with a fake svloop
// that records its arguments, and compares them with the words of the entry. The function
// returns the shell that runs the text of the file.
func KeepsWords(t *testing.T, f export.Format, words []string, shell func(text string) *exec.Cmd) {
	t.Helper()
	dir := t.TempDir()
	// A fake svloop: it is not running, and records its words.
	show := filepath.Join(dir, "sv loop's")
	if err := os.WriteFile(show, []byte("#!/bin/sh\ncase $* in *--status) exit 3;; esac\nprintf '%s\\0' \"$@\" >"+dir+"/words\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, word := range words {
		s := Source(t, "start = /bin/x first", "daemon = /run/x.pid")
		s.Start = []string{"/bin/x", word, "last"}
		s.Svloop = show
		s.Daemon = filepath.Join(dir, word+".pid")
		s.Options.Pidfile = s.Daemon
		text, _ := File(t, f, s)
		if output, err := shell(text).CombinedOutput(); err != nil || len(output) > 0 {
			t.Errorf("%s, %q: %v, %q", f.Name, word, err, output)
			continue
		}
		got, err := os.ReadFile(dir + "/words")
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Join(s.Step(servicedef.Start, "").Argv[1:], "\x00") + "\x00"; string(got) != want {
			t.Errorf("%s, %q: got the words %q, want %q", f.Name, word, got, want)
		}
		if err := os.Remove(dir + "/words"); err != nil {
			t.Fatal(err)
		}
	}
}
