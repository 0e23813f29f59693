package supervised

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
	"github.com/svloop/svloop/internal/invocation"
)

// supervised are the two formats.
var supervised = []export.Format{Runit, S6}

// daemonKeys are those of a daemon with options.
func daemonKeys(options string, more ...string) []string {
	return append([]string{"start = /opt/x/bin/x --title it's%20%24HOME", "daemon = /run/x.pid", "daemon_options = " + options}, more...)
}

// TestDirectories holds the bytes of whole service directories.
func TestDirectories(t *testing.T) {
	t.Parallel()
	for kind, keys := range map[string][]string{
		"once":   daemonKeys("--restart on-success", "expected = stopped", "timeout = 20", "restart = /opt/x/bin/x --again"),
		"always": daemonKeys("--restart always --user www --group 0 --env-file /etc/x.env --ready tcp:localhost:80", "path = /opt/x/bin:/usr/bin"),
		"native": daemonKeys("--restart always --user www --clear-env --env A=b%20c --nice 5 --rlimit nofile=10:20 --rlimit core=0:unlimited"+
			" --umask 027 --chdir /opt/x --stdin /dev/zero --stdout null --oom-score-adj -5 --no-new-privs --log /var/log/x --debug", "path = /opt/x/bin:/usr/bin"),
	} {
		for _, f := range supervised {
			got, _ := exporttest.Files(t, f, exporttest.Source(t, keys...))
			name := f.Name + "_" + kind
			exporttest.Golden(t, name, got)
			if again, _ := exporttest.Files(t, f, exporttest.Source(t, keys...)); again != got {
				t.Errorf("%s differs at the second time", name)
			}
		}
	}
}

// svloopRuns stands for svloop in the foreground with the option, and a comment
// that says so.
const svloopRuns = "svloop"

// everyOption has for each option of svloop a value, and what becomes of it: a
// part of the files, svloopRuns, or a warning behind a !.
var everyOption = []struct{ options, runit, s6 string }{
	{"--count 2", svloopRuns, svloopRuns},
	{"--count 1", "sv -v once . >/dev/null\n", "s6-svc -O .\n"},
	{"--count 5 --restart always", "run again whenever it ends", "run again whenever it ends"}, // as svloop has it
	{"--sleep 1.5", svloopRuns, svloopRuns},
	{"--restart always", "run again whenever it ends", "run again whenever it ends"},
	{"--restart on-failure", svloopRuns, svloopRuns},
	{"--restart on-success", "It is run once", "It is run once"},
	{"--restart always --backoff 1:2", svloopRuns, svloopRuns},
	{"--restart always --max-failures 3/60", svloopRuns, svloopRuns},
	{"--timeout 30", svloopRuns, svloopRuns},
	{"--kill-spec TERM/10%20KILL", svloopRuns, "/timeout-kill 0644 <==\n10000\n"},
	{"--kill-spec QUIT/0.5%20KILL", svloopRuns, "/down-signal 0644 <==\nQUIT\n"},
	{"--kill-spec RTMIN+3/1%20KILL", svloopRuns, "/down-signal 0644 <==\n37\n"},
	{"--kill-spec KILL", svloopRuns, svloopRuns},
	{"--kill-spec TERM/1%20INT/1%20KILL", svloopRuns, svloopRuns},
	{"--kill-spec TERM%20KILL", svloopRuns, svloopRuns},
	{"--kill-spec TERM/1%20KILL/1", svloopRuns, svloopRuns},
	{"--ready exec", "exec chpst -P /bin/x", "exec /bin/x"},
	{"--ready notify", svloopRuns, svloopRuns},
	{"--ready fd:4", svloopRuns, "/notification-fd 0644 <==\n4\n"},
	{"--ready pidfile:/run/y.pid", svloopRuns, svloopRuns},
	{"--ready tcp:localhost:80", svloopRuns, svloopRuns},
	{"--ready alive:2", svloopRuns, svloopRuns},
	{"--ready fd:4 --ready-timeout 5", svloopRuns, "!--ready-timeout 5 (s6-svwait -t waits no longer)"},
	{"--ready notify --ready-timeout 5", svloopRuns, svloopRuns},
	{"--watchdog 5", svloopRuns, svloopRuns},
	{"--survivors stop", "exec chpst", "exec /bin/x"},
	{"--survivors refuse", "!--survivors refuse (svloop has no part in it)", "!--survivors refuse (svloop has no part in it)"},
	{"--timeout 30 --survivors refuse", svloopRuns, svloopRuns},
	{"--survivors adopt", "!--survivors adopt (svloop has no part in it)", "!--survivors adopt (svloop has no part in it)"},
	{"--timeout 30 --survivors adopt", "!--survivors adopt (the program of an svloop in the foreground ends with it)",
		"!--survivors adopt (the program of an svloop in the foreground ends with it)"},
	{"--stdin null", "exec </dev/null 2>&1\n", "exec </dev/null 2>&1\n"},
	{"--stdin inherit", "\nexec 2>&1\n", "\nexec 2>&1\n"},
	{"--stdin /a%20b", "exec <'/a b' 2>&1\n", "exec <'/a b' 2>&1\n"},
	{"--stdin inherit --stdout /a", "\nset -e\nsv -v once . >/dev/null\nexec 2>&1\nexec chpst -P /usr/bin/svloop", "\nexec 2>&1\nexec /usr/bin/svloop"},
	{"--stdin /b --stdout /a", "\nexec </dev/null 2>&1\nexec chpst", "\nexec </dev/null 2>&1\nexec /usr"},
	{"--stdout null", "exec </dev/null >/dev/null\n", "exec </dev/null >/dev/null\n"},
	{"--stdout inherit", "exec </dev/null\n", "exec </dev/null\n"},
	{"--stdout /a", svloopRuns, svloopRuns},
	{"--stderr syslog", svloopRuns, svloopRuns},
	{"--stderr null", "exec </dev/null 2>/dev/null\n", "exec </dev/null 2>/dev/null\n"},
	{"--stderr inherit --stdin inherit", "cd /\nexec chpst", "cd /\nexec /bin/x"},
	{"--log /c%0Ad", `!--log "/c\nd" (svloop has no part in it)`, `!--log "/c\nd" (svloop has no part in it)`},
	{"--timeout 30 --log /c", svloopRuns, svloopRuns},
	{"--debug", "!--debug (svloop has no part in it)", "!--debug (svloop has no part in it)"},
	{"--timeout 30 --debug", svloopRuns, svloopRuns},
	{"--user www", `chpst -u "www:$(id -Gn www | tr ' ' :)" /bin/x`, "exec s6-setuidgid www /bin/x"},
	{"--user 33", svloopRuns, svloopRuns},
	{"--user a.b", svloopRuns, svloopRuns},
	{"--group www", svloopRuns, svloopRuns},
	{"--umask 7", "\numask 0007\n", "\numask 0007\n"},
	{"--chdir /a%20b", "\ncd '/a b'\n", "\ncd '/a b'\n"},
	{"--chroot /e", svloopRuns, svloopRuns},
	{"--env A=b%20c", "env 'A=b c' /bin/x", "env 'A=b c' /bin/x"},
	{"--env -i=b", svloopRuns, svloopRuns},
	{"--env-file /f", svloopRuns, svloopRuns},
	{"--clear-env", "env -i /bin/x", "env -i /bin/x"},
	{"--clear-env --user www", `env -i HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" SHELL="$SHELL" /bin/x`,
		`env -i HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" SHELL="$SHELL" /bin/x`},
	{"--nice -3", `nice -n "$((-3 - $(nice)))" /bin/x`, `nice -n "$((-3 - $(nice)))" /bin/x`},
	{"--rlimit nofile=unlimited", svloopRuns, svloopRuns},
	{"--rlimit nofile=10 --rlimit core=0:unlimited", "prlimit --nofile=10:10 --core=0:unlimited /bin/x", "prlimit --nofile=10:10 --core=0:unlimited /bin/x"},
	{"--oom-score-adj 6", "\necho 6 >/proc/self/oom_score_adj\n", "\necho 6 >/proc/self/oom_score_adj\n"},
	{"--no-new-privs", "setpriv --no-new-privs /bin/x", "setpriv --no-new-privs /bin/x"},
	{"--pidfile /run/x.pid", `"/run/x.pid" is not used`, `"/run/x.pid" is not used`},
	{"--daemon", "exec chpst", "exec /bin/x"},
	{"--timeout 30 --daemon", " --daemon --daemon=false ", " --daemon --daemon=false "},
}

// TestDirectoriesHaveEveryOption looks for what the options become, and wants a
// row for each of them.
func TestDirectoriesHaveEveryOption(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for _, test := range everyOption {
		for _, word := range strings.Fields(test.options) {
			if name, is := strings.CutPrefix(word, "--"); is {
				seen[name] = true
			}
		}
		for _, f := range supervised {
			want := test.runit
			if f.Name == S6.Name {
				want = test.s6
			}
			s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+test.options)
			text, b := exporttest.Files(t, f, s)
			b.Warnings = slices.DeleteFunc(b.Warnings, func(w string) bool { return w == "no equivalent: "+leaves })
			warning, isWarning := strings.CutPrefix(want, "!")
			switch {
			case isWarning:
				if len(b.Warnings) != 1 || b.Warnings[0] != "no equivalent: "+warning || !strings.Contains(text, "\n# No equivalent: "+warning+"\n") {
					t.Errorf("%s, %s: the warnings %q, and\n%s", f.Name, test.options, b.Warnings, text)
				}
				continue
			case want == svloopRuns:
				want = quote(append([]string{"/usr/bin/svloop", "-c", "1", "--pidfile", "/run/x.pid"}, s.DaemonOptions...)...)
				if s.Options.Setup.Root == "" {
					want += " --chdir /"
				}
				want += " /bin/x\n"
				// Of the options that were given one is named as the reason.
				reason := "# svloop runs the program, for what " + map[string]string{"runit": "runsv", "s6": "s6-supervise"}[f.Name] + " cannot do: --"
				if !strings.Contains(text, reason) {
					t.Errorf("%s, %s: there is no %q in\n%s", f.Name, test.options, reason, text)
				}
			default:
				if strings.Contains(text, "# svloop runs") != (strings.Contains(want, "--daemon=false") || strings.Contains(test.options, "--stdout /a")) {
					t.Errorf("%s, %s: svloop runs the program\n%s", f.Name, test.options, text)
				}
			}
			if !strings.Contains(text, want) {
				t.Errorf("%s, %s: there is no %q in\n%s", f.Name, test.options, want, text)
			}
			if len(b.Warnings) > 0 {
				t.Errorf("%s, %s: the warnings %q", f.Name, test.options, b.Warnings)
			}
		}
	}
	elsewhere := []string{"help", "?", "manual", "version", "status", "quit", "json"} // which start nothing
	invocation.Defaults().Flags().VisitAll(func(flag *pflag.Flag) {
		if !seen[flag.Name] && !slices.Contains(elsewhere, flag.Name) {
			t.Errorf("no row has --%s", flag.Name)
		}
	})
}

// TestReasonForSvloop names the options as they were given.
func TestReasonForSvloop(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"--count 0 --sleep 1.5":                             "--count 0, --sleep 1.5",
		"--restart on-failure --backoff 1 --timeout 2":      "--restart on-failure, --backoff 1:60, --timeout 2",
		"--restart always --max-failures 3/60":              "--max-failures 3/60",
		"--kill-spec KILL --watchdog 3":                     `--kill-spec "KILL", --watchdog 3`,
		"--ready tcp:localhost:80":                          `--ready "tcp:localhost:80"`,
		"--stdout /a%0Ab --stderr syslog":                   `--stdout "/a\nb", --stderr syslog`,
		"--user 5 --group x --chroot /%24 --env-file /%0Ax": `--user "5", --group "x", --chroot "/$", --env-file "/\nx"`,
		"--env -x=y": "--env",
	} {
		for _, v := range []*supervisor{onRunit, onS6} {
			s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+options)
			if got := strings.Join(v.beyond(s), ", "); got != want {
				t.Errorf("%s, %s: %s, want %s", v.name, options, got, want)
			}
		}
	}
	for start, want := range map[string]string{"x": "--clear-env", "/bin/a=b": "--env"} {
		s := exporttest.Source(t, "start = "+start, "daemon = /run/x.pid", "daemon_options = --clear-env")
		if got := strings.Join(onRunit.beyond(s), ", "); got != want {
			t.Errorf("%s: %s, want %s", start, got, want)
		}
	}
	s := exporttest.Source(t, "start = x", "daemon = /run/x.pid", "daemon_options = --clear-env --env PATH=/opt")
	if got := onRunit.beyond(s); got != nil {
		t.Errorf("with a PATH: %q", got)
	}
}

// TestKeysWithout has the keys that only svctl heeds in comments and warnings.
func TestKeysWithout(t *testing.T) {
	t.Parallel()
	for _, f := range supervised {
		path := `PATH of svctl ("x" is looked for in that of ` + map[string]string{"runit": "runsv", "s6": "s6-supervise"}[f.Name] +
			"; the key path gives the service its own)"
		for _, test := range []struct{ keys, want []string }{
			{[]string{"start = /bin/x", "timeout = 0.5", "restart = /bin/y a%20b"},
				[]string{leaves, "timeout = 0.5", `restart = "/bin/y 'a b'" (it is a stop and a start)`}},
			{[]string{"start = x"}, []string{leaves, path}},
			{[]string{"start = x", "daemon_options = --timeout 3"}, []string{path}},
			{[]string{"start = x", "path = /opt"}, []string{leaves}},
			{[]string{"start = x", "daemon_options = --env PATH=/opt"}, []string{leaves}},
			{[]string{"start = /bin/x", "daemon_options = --timeout 3"}, nil}, // svloop ends them
		} {
			text, b := exporttest.Files(t, f, exporttest.Source(t, append(test.keys, "daemon = /run/x.pid")...))
			var comments string
			for _, what := range test.want {
				comments += "\n# No equivalent: " + what
			}
			if len(b.Warnings) != len(test.want) || !strings.Contains(text, comments) || strings.Count(text, "No equivalent") != len(test.want) {
				t.Errorf("%s, %q: the warnings %q, want %q, and\n%s", f.Name, test.keys, b.Warnings, test.want, text)
				continue
			}
			for i, what := range test.want {
				if b.Warnings[i] != "no equivalent: "+what {
					t.Errorf("%s, %q: the warning %q, want %q", f.Name, test.keys, b.Warnings[i], what)
				}
			}
		}
	}
}

// TestSupervisedRefuse refuses what does not stay in the foreground.
func TestSupervisedRefuse(t *testing.T) {
	t.Parallel()
	for _, f := range supervised {
		want := "its start puts a program into the background, and " + f.Name + " runs one in the foreground (sysv and openrc take such a service)"
		for _, keys := range [][]string{{"control = /bin/x"}, {"start = /bin/x"}} {
			if got := exporttest.Refusal(t, f, exporttest.Source(t, keys...)); got != want {
				t.Errorf("%s, %q: %s", f.Name, keys, got)
			}
		}
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --help")
		if got := exporttest.Refusal(t, f, s); got != "with its daemon_options svloop prints a text, and starts nothing" {
			t.Errorf("%s: %s", f.Name, got)
		}
	}
}

// standIns are in place of what the scripts call: they execute what stands
// behind their own words.
var standIns = map[string]string{
	"sv": "exit 0", "s6-svc": "exit 0",
	"chpst":            `shift; exec "$@"`,
	"s6-notifyoncheck": `shift 4; exec "$@"`,
}

// TestDirectoriesQuote has dash run the scripts with odd words in every place
// for one, and wants them back from what stands in place of svloop or the
// program.
func TestDirectoriesQuote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range standIns {
		write(name, text)
	}
	show := filepath.Join(dir, "sv loop's")
	write("sv loop's", `{ printf '%s\0' "$@" "$PATH" "$A"; pwd; } >"$OUT"`)
	if err := os.Mkdir(filepath.Join(dir, "supervise"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, word := range exporttest.OddWords {
		for _, f := range supervised {
			s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --env A=x --chdir /")
			place := filepath.Join(dir, word)
			if err := os.MkdirAll(place, 0o755); err != nil {
				t.Fatal(err)
			}
			s.Start = []string{show, word, "last"}
			s.DaemonOptions = []string{"--env", "A=" + word, "--chdir", place}
			s.SearchPath = word + ":" + os.Getenv("PATH")
			for _, svloop := range []bool{false, true} {
				if svloop {
					s.Svloop = show
					s.DaemonOptions = append(s.DaemonOptions, "--ready", "alive:1")
				}
				o, err := invocation.ParseEntry(s.Daemon, s.DaemonOptions, s.Start)
				if err != nil {
					t.Fatal(err)
				}
				s.Options = o
				_, b := exporttest.Files(t, f, s)
				cmd := exec.Command("/bin/sh", "-s")
				cmd.Dir = dir
				// Twice the mark: of the variable A in the script, and of the stand-in.
				cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "OUT=" + dir + "/out", "A=a", "PWD=" + dir}
				cmd.Stdin = strings.NewReader(strings.ReplaceAll(b.Files[0].Text, "exec </dev/null 2>&1\n", ""))
				if output, err := cmd.CombinedOutput(); err != nil || len(output) > 0 {
					t.Errorf("%s, %q: %v, %q\n%s", f.Name, word, err, output, b.Files[0].Text)
					continue
				}
				got, err := os.ReadFile(dir + "/out")
				if err != nil {
					t.Fatal(err)
				}
				want := strings.Join([]string{word, "last", s.SearchPath, word}, "\x00") + "\x00" + place + "\n"
				if svloop {
					want = strings.Join(append(foreground(s)[1:], s.SearchPath, "a"), "\x00") + "\x00" + dir + "\n"
				}
				if string(got) != want {
					t.Errorf("%s, %q: got %q, want %q", f.Name, word, got, want)
				}
				if err := os.Remove(dir + "/out"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
