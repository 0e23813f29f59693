package supervised

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
	"github.com/svloop/svloop/internal/shellquote"
)

func quote(words []string) string { return shellquote.Join(words) }

// supervised are the two formats.
var supervised = []export.Format{Runit, S6}

// daemonKeys are the keys of a daemon with options.
func daemonKeys(options string, more ...string) []string {
	return append([]string{"start = /opt/x/bin/x --title it's%20%24HOME", "daemon = /run/x.pid", "daemon_options = " + options}, more...)
}

// TestDirectories compares the bytes of whole service directories.
func TestDirectories(t *testing.T) {
	t.Parallel()
	for kind, keys := range map[string][]string{
		"once":   daemonKeys("--restart on-success", "expected = stopped", "timeout = 20", "restart = /opt/x/bin/x --again"),
		"always": daemonKeys("--restart always --user www --ready tcp:localhost:80", "path = /opt/x/bin:/usr/bin"),
		"reload": daemonKeys("--restart always", "reload = HUP"),
		"left":   daemonKeys("--restart always --max-failures 3/60 --survivors adopt --kill-spec TERM/90%20KILL --chdir /opt/x"),
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

// TestDirectoriesHaveEveryOption puts each option of svloop into daemon_options, and
// expects it in the command of the script, as in the entry.
func TestDirectoriesHaveEveryOption(t *testing.T) {
	t.Parallel()
	exporttest.KeepsEveryOption(t, func(s *export.Source) string { return quote(foreground(s)) }, supervised...)
}

// TestRunOnce lets the monitor restart svloop only if svloop restarts the program
// forever.
func TestRunOnce(t *testing.T) {
	t.Parallel()
	for options, forever := range map[string]bool{
		"": false, "--count 0": false, "--restart on-failure": false, "--restart always": true,
		"--restart always --count 5": true, "--restart always --max-failures 3/60": false,
	} {
		for f, once := range map[*export.Format]string{&Runit: "\nsv -v once . >/dev/null\n", &S6: "\ns6-svc -O .\n"} {
			text, _ := exporttest.Files(t, *f, exporttest.Source(t, daemonKeys(options)...))
			if strings.Contains(text, once) == forever {
				t.Errorf("%s, %q: forever is %v in\n%s", f.Name, options, forever, text)
			}
		}
	}
}

// TestForeground runs svloop in the foreground, in the directory that a daemon has.
func TestForeground(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"":                        "/usr/bin/svloop -c 1 --pidfile /run/x.pid --chdir / /bin/x",
		"--daemon --chroot /jail": "/usr/bin/svloop -c 1 --pidfile /run/x.pid --daemon --chroot /jail --daemon=false /bin/x",
		"--chdir /a":              "/usr/bin/svloop -c 1 --pidfile /run/x.pid --chdir /a /bin/x",
	} {
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+options)
		if got := quote(foreground(s)); got != want {
			t.Errorf("%q: %s, want %s", options, got, want)
		}
	}
}

// TestNoEquivalent lists what has no equivalent in comments and warnings.
func TestNoEquivalent(t *testing.T) {
	t.Parallel()
	for _, f := range supervised {
		path := "PATH of svctl (" + map[string]string{"runit": "runsv", "s6": "s6-supervise"}[f.Name] +
			` searches "x" in its own PATH; the key path sets another)`
		for _, test := range []struct{ keys, want []string }{
			{[]string{"start = /bin/x", "timeout = 0.5", "restart = /bin/y a%20b"},
				[]string{"timeout = 0.5", `restart = "/bin/y 'a b'" (a restart stops and starts)`}},
			{[]string{"start = x"}, []string{path}},
			{[]string{"start = x", "path = /opt"}, nil},
			{[]string{"start = x", "daemon_options = --env PATH=/opt"}, nil},
			{[]string{"start = /bin/x", "daemon_options = --timeout 3"}, nil},
			{[]string{"start = /bin/x", "daemon_options = --survivors refuse"}, nil},
			{[]string{"start = /bin/x", "daemon_options = --survivors adopt"},
				[]string{"--survivors adopt (the program of an svloop in the foreground does not outlive it)"}},
		} {
			exporttest.Warnings(t, f, exporttest.Source(t, append(test.keys, "daemon = /run/x.pid")...), test.want...)
		}
	}
}

// TestSupervisedRefuse refuses services that do not stay in the foreground.
func TestSupervisedRefuse(t *testing.T) {
	t.Parallel()
	for _, f := range supervised {
		want := "its start command puts the program into the background, but " + f.Name + " runs programs in the foreground (sysv and openrc support such a service)"
		for _, keys := range [][]string{{"control = /bin/x"}, {"start = /bin/x"}} {
			if got := exporttest.Refusal(t, f, exporttest.Source(t, keys...)); got != want {
				t.Errorf("%s, %q: %s", f.Name, keys, got)
			}
		}
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --help")
		if got := exporttest.Refusal(t, f, s); got != "with its daemon_options svloop prints a text instead of starting the program" {
			t.Errorf("%s: %s", f.Name, got)
		}
	}
}

// standIns replace the programs that the scripts call: they execute their arguments.
var standIns = map[string]string{
	"sv": "exit 0", "s6-svc": "exit 0",
	"chpst":            `shift; exec "$@"`,
	"s6-notifyoncheck": `shift 4; exec "$@"`,
}

// TestDirectoriesQuote runs the scripts with odd words, and compares the words and PATH
// that a fake svloop receives with those of the entry.
func TestDirectoriesQuote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	show := filepath.Join(dir, "sv loop's")
	standIns := maps.Clone(standIns)
	standIns["sv loop's"] = `printf '%s\0' "$@" "$PATH" >"$OUT"`
	for name, text := range standIns {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, word := range exporttest.OddWords {
		for _, f := range supervised {
			s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = --ready alive:1")
			s.Svloop, s.Start = show, []string{"/bin/x", word, "last"}
			s.DaemonOptions = append(s.DaemonOptions, "--env", "A="+word)
			s.SearchPath = word + ":" + os.Getenv("PATH")
			_, b := exporttest.Files(t, f, s)
			cmd := exec.Command("/bin/sh", "-s")
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "OUT=" + dir + "/out"}
			cmd.Stdin = strings.NewReader(strings.ReplaceAll(b.Files[0].Text, "exec </dev/null 2>&1\n", ""))
			if output, err := cmd.CombinedOutput(); err != nil || len(output) > 0 {
				t.Errorf("%s, %q: %v, %q\n%s", f.Name, word, err, output, b.Files[0].Text)
				continue
			}
			got, err := os.ReadFile(dir + "/out")
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Join(append(foreground(s)[1:], s.SearchPath), "\x00") + "\x00"; string(got) != want {
				t.Errorf("%s, %q: got %q, want %q", f.Name, word, got, want)
			}
			if err := os.Remove(dir + "/out"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestFinish calls svloop only if KILL has killed svloop.
func TestFinish(t *testing.T) {
	t.Parallel()
	s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid")
	s.Svloop = "/bin/echo"
	for status, want := range map[string]string{"-1 9": "called", "256 9": "called", "-1 15": "", "256 15": "", "0 0": "", "1 9": "", "111 0": ""} {
		script := strings.Replace(finish(s), ">/dev/null", ">&2", 1)
		cmd := exec.Command("/bin/sh", append([]string{"-c", script, "finish"}, strings.Fields(status)...)...)
		output, err := cmd.CombinedOutput()
		if want != "" {
			want = "--pidfile /run/x.pid --quit\n"
		}
		if err != nil || string(output) != want {
			t.Errorf("%s: %q, %v; want %q", status, output, err, want)
		}
	}
}
