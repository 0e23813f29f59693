package main

import (
	"slices"
	"strings"
	"testing"
)

// suggested returns what svctl answers to a completion script.
func suggested(t *testing.T, env []string, args ...string) []string {
	t.Helper()
	var out, errors output
	if code := run(append([]string{"svctl", completeWord}, args...), env, &out, &errors); code != 0 || errors.String() != "" {
		t.Errorf("%q: got %d, %q", args, code, errors.String())
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestComplete(t *testing.T) {
	t.Parallel()
	dir, env := completionHost(t)
	for _, test := range []struct {
		line string // blanks separate the words
		want string // words, or FILES or DIRECTORIES
	}{
		{"", "start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"},
		{"--json ", "start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"},
		{"start ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"start w", "web httpd web/httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"start web ", "db db/same cron my srv&1 get:ty@1"},
		{"start -q httpd -- ", "web web/same db db/same cron my srv&1 get:ty@1"},
		{"start -j 3 db/* ", "web httpd web/same db cron my srv&1 get:ty@1"},
		{"reload ", "web httpd db db/same get:ty@1"},
		{"match ", "web web/same db db/same"},
		{"signal HUP cron ", "web httpd web/same db db/same my srv&1 get:ty@1"},
		{"export s6 cron ", "web httpd web/same db db/same my srv&1 get:ty@1"},
		{"export ", "systemd sysv openrc runit s6 cron"},
		{"export --output ", "DIRECTORIES"},
		{"metrics --output=", "FILES"},
		{"metrics ", ""},
		{"apply ", ""},
		{"supervise ", ""},
		{"help ", ""},
		{"nothing ", ""},
		{"import ", "FILES"},
		{"config ", "check dump"},
		{"config check ", ""},
		{"completion ", "bash zsh fish"},
		{"completion fish ", "svctl svloop"},
		{"completion fish svloop ", ""},
		{"wait --for ", "running stopped expected"},
		{"wait --for=r", "running stopped expected"},
		{"--conf ", "FILES"},
		{"--logfile ", "FILES"},
		{"--conftype ", "apache json"},
		{"--log ", "null file syslog stdout"},
		{"--loglevel ", "debug info warning error critical"},
		{"--color=", "auto always never"},
		{"--color ", "start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"},
		{"--jobs ", ""},
		{"-n 5 logs ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"-n 5 ", "start stop restart try-restart reload force-reload signal ensure apply status wait check supervise metrics list logs show match config export unexport selftest import completion help"},
		{"-n 5 logs cron ", "web httpd web/same db db/same my srv&1 get:ty@1"},
		{"-q -j 2 --conf-type start ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"-fn 5 logs w", "web httpd web/httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"-n start ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"-t 5 --for stopped wait ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"-w 5/60 --critical 9 check --plugin ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"--output out export s", "systemd sysv openrc runit s6 cron"},
		{"-qj ", ""},
		{"--json=", ""},
		{"--nothing=", ""},
		{"logs -n ", ""},
		{"stop -n ", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"start -- -", "web httpd web/same db db/same cron my srv&1 get:ty@1"},
		{"--conf=" + dir + "/other.conf start ", "other"},
		{"--conf " + dir + "/broken.conf start ", ""},
		{"--conf " + dir + "/missing.conf start ", ""},
		{"--conf " + dir + "/other.conf --conftype json start ", ""},
		{"list --json -", "--conf --conftype --log --logfile --loglevel --logname --color --names -h --help -m --manual --version"},
		{"start -jx -q -", "--conf --conftype --log --logfile --loglevel --logname --color --json -n --dry-run --fail-fast -h --help -m --manual --version"},
	} {
		var got []string
		for _, answer := range suggested(t, env, append([]string{"fish"}, strings.Split(test.line, " ")...)...) {
			word, about, _ := strings.Cut(answer, "\t")
			if word == "" {
				word = strings.ToUpper(about)
			}
			got = append(got, word)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%q\ngot  %q\nwant %q", test.line, got, test.want)
		}
	}
	wantAnswer(t, dir, answer{code: 2}, completeWord)
	wantAnswer(t, dir, answer{code: 2}, completeWord, "bash", "line")
}

func TestCompleteDescribes(t *testing.T) {
	t.Parallel()
	_, env := completionHost(t)
	want := []string{
		"web\tgroup of 2 services", "httpd\tcontrol in web, expected running", "web/same\tcommand in web, expected running",
		"db\tgroup of 1 service", "db/same\tcommand in db, expected running", "cron\tdaemon, expected running",
		"my srv&1\tdaemon, expected running", "get:ty@1\tcontrol, expected running",
	}
	if got := suggested(t, env, "zsh", "start", ""); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := suggested(t, env, "zsh", "s"); !slices.Contains(got, "stop\tstop services") {
		t.Errorf("got %q", got)
	}
}

// breaks is the default of COMP_WORDBREAKS.
const breaks = " \t\n\"'@><=;|&(:"

func TestCompleteForBash(t *testing.T) {
	t.Parallel()
	_, env := completionHost(t)
	for _, test := range []struct{ line, separators, want string }{
		{"svctl st", breaks, "start|stop|status"},
		{"svctl", breaks, "start|stop|restart|try-restart|reload|force-reload|signal|ensure|apply|status|wait|check|supervise|metrics|list|logs|show|match|config|export|unexport|selftest|import|completion|help"},
		{"svctl start m", breaks, `my\ srv\&1`},
		{`svctl start my\ s`, breaks, `my\ srv\&1`},
		{`svctl start my\`, breaks, ``},
		{`svctl start "my s`, breaks, `my srv&1`},
		{`svctl start 'my s`, breaks, `my srv&1`},
		{`svctl start m'y s`, breaks, `y srv&1`},
		{`svctl start "my srv&1" 'cron'  c`, breaks, ``},
		{"svctl start get", breaks, "get:ty@1"},
		{"svctl start get:", breaks, "ty@1"},
		{"svctl start get:ty@", breaks, "1"},
		{"svctl start get:ty@", " \t\n\"'", "get:ty@1"},
		{"svctl wait --for=r", breaks, "running"},
		{"svctl wait --for=r", " \t\n\"'", "--for=running"},
		{"svctl wait --for r", breaks, "running"},
		{"svctl --loglevel=", breaks, "debug|info|warning|error|critical"},
		{"svctl list --n", breaks, "--names"},
		{"svctl start web/", breaks, "web/same|web/httpd"},
		{"svctl --conf ", breaks, "\tfiles"},
		{"svctl export --output=", breaks, "\tdirectories"},
	} {
		got := suggested(t, env, "bash", "9", test.separators, test.line)
		want := strings.Split(test.want, "|")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", test.line, got, want)
		}
	}
	want := []string{"start   (start services)", "stop    (stop services)", "status  (report the state of services)"}
	if got := suggested(t, env, "bash", "63", breaks, "svctl st"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := suggested(t, env, "bash", "", breaks, "svctl st"); !slices.Equal(got, []string{"start", "stop", "status"}) {
		t.Errorf("got %q", got)
	}
	if got := suggested(t, env, "bash", "63", breaks, "svctl sta"); len(got) != 2 {
		t.Errorf("got %q", got)
	}
	if got := suggested(t, env, "bash", "63", breaks, "svctl star"); !slices.Equal(got, []string{"start"}) {
		t.Errorf("got %q", got)
	}
}
