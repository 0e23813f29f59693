package export

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// scriptSource is the service x of an entry with these keys.
func scriptSource(t *testing.T, keys ...string) *Source {
	t.Helper()
	text := "<entry>\ntype = service\nname = x\n" + strings.Join(keys, "\n") + "\n</entry>\n"
	config, err := servicedef.Load("/etc/svctl.conf", servicedef.Apache, confFile(text))
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{
		Service: config.Services()[0], Svloop: "/usr/bin/svloop", Svctl: "/usr/bin/svctl",
		Conf: "/etc/svctl.conf", ConfType: servicedef.Apache,
	}
	if s.Kind() == servicedef.ByDaemon {
		if s.Options, err = invocation.Parse(s.Plan(servicedef.Start, s.Svloop)[0].Argv[1:]); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// confFile is the text of a configuration, whatever its name.
type confFile string

func (c confFile) ReadFile(string) ([]byte, error) { return []byte(c), nil }
func (c confFile) ReadDir(string) ([]os.DirEntry, error) {
	return nil, errors.New("there is no directory")
}
func (c confFile) Stat(string) (os.FileInfo, error) {
	return fstest.MapFS{"x": {Data: []byte(c)}}.Stat("x")
}

// renderScript returns the text of the one file, and the warnings.
func renderScript(t *testing.T, f Format, s *Source) (string, []string) {
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

// cannotRender returns why a service cannot be exported.
func cannotRender(t *testing.T, f Format, s *Source) string {
	t.Helper()
	_, err := f.Render(s)
	var cannot *CannotError
	if !errors.As(err, &cannot) {
		t.Fatalf("got the error %v, want a CannotError", err)
	}
	return cannot.Why
}

// kindsOfEntry are one of each kind.
var kindsOfEntry = map[string][]string{
	"daemon": {
		"start = /opt/x/bin/x --title it's%20%24HOME", "daemon = /run/x.pid",
		"daemon_options = --restart always --user www", "path = /opt/x/bin:/usr/bin", "timeout = 20",
		"restart = /opt/x/bin/x --again",
	},
	"control": {"control = /opt/x/ctl one%20word", "path = /opt/x/bin"},
	"command": {"start = /opt/x/start", "stop = /opt/x/stop", "status = /opt/x/status", "expected = stopped"},
}

// TestScripts holds the bytes of the scripts: what a user has installed must not
// look edited when nothing but svctl has changed.
func TestScripts(t *testing.T) {
	t.Parallel()
	for kind, keys := range kindsOfEntry {
		for _, f := range []Format{sysv, openrc, cron} {
			s := scriptSource(t, keys...)
			if f.Name == cron.Name && s.Expected == servicedef.Stopped {
				continue
			}
			got, _ := renderScript(t, f, s)
			name := f.Name + "_" + kind
			wantGolden(t, name, got)
			if again, _ := renderScript(t, f, scriptSource(t, keys...)); again != got {
				t.Errorf("%s differs at the second time", name)
			}
		}
	}
}

// TestScriptsHaveEveryOption puts each option of svloop into daemon_options, and
// wants it in the command that starts the daemon, as the entry has it.
func TestScriptsHaveEveryOption(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"count": "2", "sleep": "1", "restart": "always", "backoff": "1:2", "max-failures": "1/2",
		"timeout": "3", "kill-spec": "KILL", "ready": "alive:1", "ready-timeout": "4", "watchdog": "5",
		"survivors": "adopt", "stdin": "null", "stdout": "/a", "stderr": "/b", "log": "/c", "user": "u",
		"group": "g", "umask": "022", "chdir": "/d", "chroot": "/e", "env": "A=B", "env-file": "/f",
		"nice": "1", "rlimit": "nofile=1", "oom-score-adj": "6", "pidfile": "/run/x.pid",
	}
	needs := map[string]string{"backoff": "--restart always", "max-failures": "--restart always", "ready-timeout": "--ready alive:1"}
	texts := []string{"help", "?", "manual", "version"} // which start nothing
	questions := []string{"status", "quit", "json"}     // which svctl refuses before
	invocation.Defaults().Flags().VisitAll(func(flag *pflag.Flag) {
		option := "--" + flag.Name
		if flag.Value.Type() == "value" {
			value, known := values[flag.Name]
			if !known {
				t.Fatalf("there is no value for --%s", flag.Name)
			}
			option += " " + value
		}
		for _, name := range questions {
			if name == flag.Name {
				if _, err := invocation.ParseStart([]string{option, "--pidfile", "/run/x.pid", "--daemon", "/bin/x"}); err == nil {
					t.Errorf("%s is not refused", option)
				}
				return
			}
		}
		s := scriptSource(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+needs[flag.Name]+" "+option)
		for _, f := range []Format{sysv, openrc, cron} {
			for _, name := range texts {
				if name == flag.Name {
					if got := cannotRender(t, f, s); got != "with its daemon_options svloop prints a text, and starts nothing" {
						t.Errorf("%s, %s: %s", f.Name, option, got)
					}
					return
				}
			}
			text, warnings := renderScript(t, f, s)
			start := shellquote.Join(s.Plan(servicedef.Start, s.Svloop)[0].Argv)
			if !strings.Contains(start, option) || strings.Count(text, start) == 0 {
				t.Errorf("%s, %s: there is no %s in\n%s", f.Name, option, start, text)
			}
			if len(warnings) > 0 {
				t.Errorf("%s, %s: the warnings %q", f.Name, option, warnings)
			}
		}
	})
}

// TestScriptsWarn has what is lost in a comment and in a warning.
func TestScriptsWarn(t *testing.T) {
	t.Parallel()
	const (
		timeout = "timeout = 0.5 (the start and the stop take as long as --ready-timeout and --kill-spec say)"
		restart = `restart = "/bin/again 'a b'" (OpenRC stops and starts)`
		path    = `PATH of svctl ("prog" is looked for in that of cron, /usr/bin:/bin unless the crontab sets it; the key path gives the service its own)`
	)
	daemon := []string{"start = prog", "daemon = /run/x.pid", "timeout = 0.5", "restart = /bin/again a%20b"}
	for _, test := range []struct {
		format Format
		keys   []string
		want   []string
	}{
		{sysv, daemon, []string{timeout}},
		{openrc, daemon, []string{timeout, restart}},
		{cron, daemon, []string{timeout, path}},
		{cron, append(daemon, "path = /opt"), []string{timeout}},
		{cron, []string{"start = /bin/prog", "daemon = /run/x.pid"}, nil},
		{cron, []string{"control = prog"}, []string{path}},
		{cron, []string{"start = prog"}, []string{path}},
		{cron, []string{"start = /bin/prog", "stop = /bin/prog", "status = prog"}, []string{path}},
		{cron, []string{"control = prog", "path = /opt"}, nil},
		{sysv, []string{"control = prog", "timeout = 5", "restart = prog x"}, nil}, // svctl heeds them
		{openrc, []string{"control = prog", "timeout = 5", "restart = /bin/again a%20b"}, []string{restart}},
	} {
		text, warnings := renderScript(t, test.format, scriptSource(t, test.keys...))
		if len(warnings) != len(test.want) || strings.Count(text, "# No equivalent: ") != len(test.want) {
			t.Errorf("%s, %q: the warnings %q, want %q, and the text\n%s", test.format.Name, test.keys, warnings, test.want, text)
			continue
		}
		for i, want := range test.want {
			if warnings[i] != "no equivalent: "+want || !strings.Contains(text, "\n# No equivalent: "+want+"\n") {
				t.Errorf("%s, %q: the warning %q, want %q, and the text\n%s", test.format.Name, test.keys, warnings[i], want, text)
			}
		}
	}
}

// oddWords are words that a shell would change if they were not quoted.
var oddWords = []string{
	"two words", "it's", `"double"`, "$HOME", "$(echo x)", "`echo x`", `back\slash`, `\\two`, `\%`, "50%", "a\tb",
	"a\nb", "*", "~", "#x", "!x", "{a,b}", ";x", "&x", "|x", "<x", ">x", "(x)", "[x]", "grün", "日本", "-n", "\xff", "=",
}

// TestScriptsQuote has dash run the commands of scripts, and wants the words of
// the entry back.
func TestScriptsQuote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// In place of svloop: it is not running, and notes its words.
	show := filepath.Join(dir, "sv loop's")
	if err := os.WriteFile(show, []byte("#!/bin/sh\ncase $* in *--status) exit 3;; esac\nprintf '%s\\0' \"$@\" >"+dir+"/words\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, word := range oddWords {
		s := scriptSource(t, "start = /bin/x first", "daemon = /run/x.pid")
		s.Start = []string{"/bin/x", word, "last"}
		s.Svloop = show
		s.Daemon = filepath.Join(dir, word+".pid")
		s.Options.Pidfile = s.Daemon
		for _, f := range []Format{sysv, cron} {
			if f.Name == cron.Name && strings.Contains(word, "\n") {
				if got := cannotRender(t, f, s); got != "a line end in one of its words cannot stand in a crontab" {
					t.Errorf("%q: %s", word, got)
				}
				continue
			}
			text, _ := renderScript(t, f, s)
			cmd := exec.Command("/bin/sh", "-s", "start")
			if f.Name == cron.Name {
				text = cronRuns(t, text)
				cmd = exec.Command("/bin/sh", "-c", text)
			}
			cmd.Stdin = strings.NewReader(text)
			if output, err := cmd.CombinedOutput(); err != nil || len(output) > 0 {
				t.Errorf("%s, %q: %v, %q", f.Name, word, err, output)
				continue
			}
			got, err := os.ReadFile(dir + "/words")
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Join(s.Plan(servicedef.Start, "")[0].Argv[1:], "\x00") + "\x00"; string(got) != want {
				t.Errorf("%s, %q: got the words %q, want %q", f.Name, word, got, want)
			}
			if err := os.Remove(dir + "/words"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestMisuse refuses what would not be told from the text of the script, or
// starts nothing.
func TestMisuse(t *testing.T) {
	t.Parallel()
	s := scriptSource(t, "start = /bin/x", "daemon = /run/x.pid")
	s.Pos.File = "/etc/a\nrm -rf .conf"
	if got := cannotRender(t, sysv, s); got != `the name of its file "/etc/a\nrm -rf .conf:1" has a line end` {
		t.Error(got)
	}
	s = scriptSource(t, "control = service x")
	for _, f := range []Format{sysv, openrc} {
		if got := cannotRender(t, f, s); got != "a command of it acts on the init system's service of this name, which would be the exported one: it would run itself" {
			t.Errorf("%s: %s", f.Name, got)
		}
	}
	if text, _ := renderScript(t, cron, s); !strings.Contains(text, "svctl --conf /etc/svctl.conf start x ") {
		t.Error(text)
	}
}

func TestTimeoutOfDaemon(t *testing.T) {
	t.Parallel()
	s := scriptSource(t, "start = /bin/x", "daemon = /run/x.pid", "timeout = 60")
	if got := timeoutOfDaemon(s); got != nil {
		t.Errorf("%q", got)
	}
	s.Timeout = 90 * time.Second
	if got := timeoutOfDaemon(s); len(got) != 1 || !strings.HasPrefix(got[0], "timeout = 90 (") {
		t.Errorf("%q", got)
	}
}
