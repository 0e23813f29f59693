package supervisord

import (
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/importtest"
)

// environment contains the values of %(ENV_X)s.
var environment = map[string]string{"PLACE": "/srv", "EMPTY": ""}

var configurations = importtest.Import(func(f *entry.File) (*entry.Definition, error) {
	getenv := func(name string) (string, bool) { value, found := environment[name]; return value, found }
	return Import(f, Outside{Getenv: getenv, Hostname: "box"})
})

func TestSupervisord(t *testing.T) {
	t.Parallel()
	configurations.Text(t, "/etc/s.conf", `; a comment
[supervisord]
logfile = /x

[program:web]
command = /bin/web --port=80 -m "a b" 'c' ; serves

    --more%%
autostart : no
Priority = 10
environment = A="1,2",
    B=b
stderr_logfile=AUTO

[program:cache]
command=cache --dir %(here)s/%(program_name)s.%(process_num)d %(ENV_A)s
environment=A=%(ENV_PLACE)s
user = www ;nobody
user = cache

[include]
files = *.conf
`, `
# /etc/s.conf:3: no equivalent: logfile=/x
# /etc/s.conf:17: %(ENV_PLACE)s has the value from the environment of svctl: /srv
# /etc/s.conf:21: no equivalent: [include]
# /etc/s.conf:22: no equivalent: files=*.conf

# from /etc/s.conf:5
# no equivalent: stderr_logfile=AUTO
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = web
    start = /bin/web --port=80 -m a%20b c --more%25
    daemon = /run/svloop-web.pid
    daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL --env A=1,2 --env B=b
    expected = stopped
</entry>

# from /etc/s.conf:15
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = cache
    start = cache --dir /etc/cache.0 /srv
    daemon = /run/svloop-cache.pid
    daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL --user cache --env A=/srv
    after = web
</entry>
`)
}

func TestSupervisordGroups(t *testing.T) {
	t.Parallel()
	configurations.Text(t, "/s.conf", `[group:site]
programs = web, worker
priority = 5
[program:worker]
command = w %(process_num)02d of %(numprocs)d in %(group_name)s
process_name = %(program_name)s_%(process_num)02d
numprocs = 2
numprocs_start = 9
priority = 7
autorestart = false
startsecs = 0
[program:web]
command = web
autorestart = true
startsecs = 70
startretries = 0
stopwaitsecs = 80
[program:pair]
command = p
process_name = p%(process_num)1d
numprocs = 1
[program:two]
command = t
process_name = t%(process_num)s
numprocs = 2
`, `
# from /s.conf:1
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = supervisor
    name = site
    <children>
        # from /s.conf:12
        # not the same: startretries=0: svloop does not retry the first start, and gives up when later ones fail at once
        <entry>
            type = service
            name = web
            start = web
            daemon = /run/svloop-site-web.pid
            daemon_options = --restart always --backoff 1:1 --max-failures 2/71 --ready alive:70 --ready-timeout 75 --kill-spec TERM/80%20KILL
            timeout = 85
            after = site/worker_09 site/worker_10
        </entry>
        # from /s.conf:4
        <entry>
            type = service
            name = worker_09
            start = w 09 of 2 in site
            daemon = /run/svloop-site-worker_09.pid
            daemon_options = --kill-spec TERM/10%20KILL
        </entry>
        # from /s.conf:4
        <entry>
            type = service
            name = worker_10
            start = w 10 of 2 in site
            daemon = /run/svloop-site-worker_10.pid
            daemon_options = --kill-spec TERM/10%20KILL
        </entry>
    </children>
</entry>

# from /s.conf:18
# not the same: process_name=p0: the entry has the name of the program
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = pair
    start = p
    daemon = /run/svloop-pair.pid
    daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL
    after = site
</entry>

# from /s.conf:22
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = supervisor
    name = two
    after = site
    <children>
        # from /s.conf:22
        <entry>
            type = service
            name = t0
            start = t
            daemon = /run/svloop-two-t0.pid
            daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL
        </entry>
        # from /s.conf:22
        <entry>
            type = service
            name = t1
            start = t
            daemon = /run/svloop-two-t1.pid
            daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL
        </entry>
    </children>
</entry>
`)
}

func TestSupervisordOptions(t *testing.T) {
	t.Parallel()
	const policy, stop = "--restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 ", "--kill-spec TERM/10%20KILL"
	for _, test := range []struct{ lines, want string }{
		{"", "daemon_options = " + policy + stop},
		{"autorestart=false\nstartsecs=0\nexitcodes=0,2", "# no equivalent: exitcodes=0,2\ndaemon_options = " + stop},
		{"exitcodes=0,2", "# not the same: exitcodes=0,2: svloop expects only exit status 0\ndaemon_options = " + policy + stop},
		{"startretries=0\nstartsecs=0", "# no equivalent: startretries=0\ndaemon_options = --restart on-failure --backoff 1:1 " + stop},
		{"startretries=0\nautorestart=true", "# not the same: startretries=0: svloop does not retry the first start, and gives up when later ones fail at once\ndaemon_options = --restart always --backoff 1:1 --max-failures 2/2 --ready alive:1 " + stop},
		{"startretries=1000\nstartsecs=30", "# not the same: startretries=1000: svloop does not retry the first start, and gives up when later ones fail at once\ndaemon_options = --restart on-failure --backoff 1:1 --max-failures 1002/1031 --ready alive:30 " + stop},
		{"startretries=9998", "# not the same: startretries=9998: svloop does not retry the first start, and gives up when later ones fail at once\ndaemon_options = --restart on-failure --backoff 1:1 --max-failures 10000/10000 --ready alive:1 " + stop},
		{"startretries=9999", "# not the same: startretries=9999: svloop retries without a limit\ndaemon_options = --restart on-failure --backoff 1:1 --ready alive:1 " + stop},
		{"startretries=+99999999999999999999", "# not the same: startretries=+99999999999999999999: svloop retries without a limit\ndaemon_options = --restart on-failure --backoff 1:1 --ready alive:1 " + stop},
		{"startretries=-1\nautorestart=true", "# not the same: startretries=-1: svloop does not retry the first start, and gives up when later ones fail at once\ndaemon_options = --restart always --backoff 1:1 --max-failures 2/2 --ready alive:1 " + stop},
		{"stopwaitsecs=99999999999999999999", "# not the same: stopwaitsecs=99999999999999999999: svloop waits 100000 seconds at most\ndaemon_options = " + policy + "--kill-spec TERM/100000%20KILL\ntimeout = 100005"},
		{"stopsignal=SIGRTMIN+3", "daemon_options = " + policy + "--kill-spec SIGRTMIN+3/10%20KILL"},
		{"startretries=5\nautorestart=false", "# no equivalent: startretries=5\ndaemon_options = --ready alive:1 " + stop},
		{"stopsignal=QUIT\nstopwaitsecs=5\nstopasgroup=true\nkillasgroup=yes", "daemon_options = " + policy + "--kill-spec QUIT/5%20KILL"},
		{"stopasgroup=false\nkillasgroup=off", "# not the same: stopasgroup=false: svloop terminates the whole process tree\n# not the same: killasgroup=off: svloop terminates the whole process tree\ndaemon_options = " + policy + stop},
		{"user=u\ndirectory=/d\numask=022", "daemon_options = " + policy + stop + " --user u --chdir /d --umask 022"},
		{"directory=d", "# no equivalent: directory=d\ndaemon_options = " + policy + stop},
		{"stdout_logfile=/l o\nstdout_logfile_maxbytes=1MB\nstderr_logfile=NONE", "daemon_options = " + policy + stop + " --stdout /l%20o --stderr null\nrotate = 1M:10"},
		{"stdout_logfile=/o\nstderr_logfile=/e\nstderr_logfile_backups=3", "# not the same: stderr_logfile_backups=3: svloop rotates both files alike\ndaemon_options = " + policy + stop + " --stdout /o --stderr /e\nrotate = 50M:10"},
		{"stdout_logfile=/o\nstderr_logfile=/o\nstdout_logfile_maxbytes=0", "daemon_options = " + policy + stop + "\noutput = /o"},
		{"stdout_logfile=NONE\nstderr_logfile=/e\nstderr_logfile_maxbytes=2000\nstderr_logfile_backups=0", "# not the same: stderr_logfile_backups=0: svloop keeps at least one file\ndaemon_options = " + policy + stop + " --stdout null --stderr /e\nrotate = 2000:1"},
		{"stdout_logfile=/o\nredirect_stderr=true\nstdout_logfile_maxbytes=2gb\nstdout_logfile_backups=1000", "# not the same: stdout_logfile_backups=1000: svloop keeps 999 files at most\ndaemon_options = " + policy + stop + "\noutput = /o\nrotate = 2G:999"},
		{"stdout_logfile=/o\nredirect_stderr=true\nstdout_logfile_maxbytes=a lot\nstdout_logfile_backups=2", "# no equivalent: stdout_logfile_maxbytes=a lot\n# no equivalent: stdout_logfile_backups=2\ndaemon_options = " + policy + stop + "\noutput = /o"},
		{"stdout_logfile=/o\nredirect_stderr=true\nstdout_logfile_maxbytes=1000", "# no equivalent: stdout_logfile_maxbytes=1000\ndaemon_options = " + policy + stop + "\noutput = /o"},
		{"stdout_logfile=/dev/null\nstdout_logfile_maxbytes=1MB", "# no equivalent: stdout_logfile_maxbytes=1MB\ndaemon_options = " + policy + stop + " --stdout null"},
		{"stdout_logfile=/o\nredirect_stderr=true\nstderr_logfile=/e", "# no equivalent: stderr_logfile=/e\ndaemon_options = " + policy + stop + "\noutput = /o\nrotate = 50M:10"},
		{"redirect_stderr=true", "# no equivalent: redirect_stderr=true\ndaemon_options = " + policy + stop},
		{"stdout_logfile=/dev/stdout\nstderr_logfile=rel", "# no equivalent: stdout_logfile=/dev/stdout\n# no equivalent: stderr_logfile=rel\ndaemon_options = " + policy + stop},
		{"stdout_syslog=true\nstderr_logfile=syslog", "daemon_options = " + policy + stop + " --stdout syslog --stderr syslog"},
		{"process_name=other", "# not the same: process_name=other: the entry has the name of the program\ndaemon_options = " + policy + stop},
		{"environment=A='x y',B=1.2/3\n[DEFAULT]\numask=7", "daemon_options = " + policy + stop + " --umask 7 --env A=x%20y --env B=1.2/3"},
		{"environment=A=1\nenvironment=", "daemon_options = " + policy + stop},
	} {
		got := configurations.Lines(t, "/s.conf", "[program:x]\ncommand=/bin/x\n"+test.lines+"\n")
		got = strings.TrimPrefix(strings.ReplaceAll(got, "start = /bin/x\n", ""), "# from /s.conf:1\n")
		if got != test.want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, test.want, test.lines)
		}
	}
}

// Programs inherit options of the server, unless they have their own.
func TestSupervisordServer(t *testing.T) {
	t.Parallel()
	configurations.Text(t, "/s.conf", `[program:a]
command = a %(ENV_GLOB)s %(ENV_PLACE)s %(host_node_name)s
[supervisord]
environment = GLOB="g %(ENV_PLACE)s",PLACE=/other,A=1
user = u
umask = 027
directory = /d
loglevel = debug
[program:b]
command = b %(ENV_A)s
environment = A=2
user = v
umask =
directory = /e
[eventlistener:e]
command = e
[fcgi-program:f]
command = f
[unix_http_server]
file = /s
password = secret
[DEFAULT]
priority = 5
`, `
# /s.conf:2: %(host_node_name)s has the value from this machine: box
# /s.conf:4: %(ENV_PLACE)s has the value from the environment of svctl: /srv
# /s.conf:8: no equivalent: loglevel=debug
# /s.conf:15: no equivalent: [eventlistener:e]
# /s.conf:16: no equivalent: command=e
# /s.conf:17: no equivalent: [fcgi-program:f]
# /s.conf:18: no equivalent: command=f
# /s.conf:19: no equivalent: [unix_http_server]
# /s.conf:20: no equivalent: file=/s
# /s.conf:21: no equivalent: password
# /s.conf:23: no equivalent: priority=5

# from /s.conf:1
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = a g /srv /other box
    daemon = /run/svloop-a.pid
    daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL --user u --chdir /d --umask 027 --env GLOB=g%20/srv --env PLACE=/other --env A=1
</entry>

# from /s.conf:9
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = b
    start = b 2
    daemon = /run/svloop-b.pid
    daemon_options = --restart on-failure --backoff 1:1 --max-failures 5/5 --ready alive:1 --kill-spec TERM/10%20KILL --user v --chdir /e --env GLOB=g%20/srv --env PLACE=/other --env A=2
</entry>
`)
	// A server in the foreground does not change its directory.
	configurations.Text(t, "/s.conf", `[supervisord]
nodaemon = true
directory = /d
[program:a]
command = a
autorestart = false
startsecs = 0
`, `
# /s.conf:2: no equivalent: nodaemon=true
# /s.conf:3: no equivalent: directory=/d

# from /s.conf:4
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = a
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/10%20KILL
</entry>
`)
}

func TestSupervisordErrors(t *testing.T) {
	t.Parallel()
	const file, begin = "/s.conf", "[program:x]\ncommand=/bin/x\n"
	for _, test := range []struct{ text, want string }{
		{"[supervisord]\n", `cannot import "/s.conf": it has no [program:NAME] section`},
		{"[program:x]\n", `/s.conf:1: cannot import "x": its section has no command`},
		{"[program:x]\ncommand=\n", `/s.conf:1: cannot import "x": its section has no command`},
		{"[program:x]\ncommand=''\n", `/s.conf:2: cannot import "x": command: there is no command`},
		{"[program:x]\ncommand='a\n", `/s.conf:2: cannot import "x": command: a quote is not closed`},
		{"[program:x]\ncommand=a \\\n", `/s.conf:2: cannot import "x": command: it ends with a backslash`},
		{"[program:x]\ncommand=%d\n", `/s.conf:2: cannot import "x": command: a single percent sign: want %% or %(NAME)s`},
		{"[program:x]\ncommand=%(process_num)999d\n", `/s.conf:2: cannot import "x": command: a single percent sign: want %% or %(NAME)s`},
		{"[program:x]\ncommand=%(ENV_NOWHERE)s\n", `/s.conf:2: cannot import "x": command: %(ENV_NOWHERE)s is unknown`},
		{"[program:x]\ncommand=%(here)d\n", `/s.conf:2: cannot import "x": command: %(here)d is not a number`},
		{begin + "autostart=perhaps\n", `/s.conf:3: cannot import "x": autostart: "perhaps" is wrong: want true or false`},
		{begin + "autorestart=perhaps\n", `/s.conf:3: cannot import "x": autorestart: "perhaps" is wrong: want true, false or unexpected`},
		{begin + "stopasgroup=perhaps\n", `/s.conf:3: cannot import "x": stopasgroup: "perhaps" is wrong: want true or false`},
		{begin + "startretries=many\n", `/s.conf:3: cannot import "x": startretries: "many" is wrong: want a whole number`},
		{begin + "startretries=1.5\n", `/s.conf:3: cannot import "x": startretries: "1.5" is wrong: want a whole number`},
		{begin + "[supervisord]\numask=9\n", `/s.conf:4: cannot import "x": umask: "9" is wrong: svloop does not accept it for --umask`},
		{begin + "[supervisord]\nenvironment=A\n", `/s.conf:4: cannot import "supervisord": environment: want NAME=VALUE,NAME=VALUE, with quotes around a value that has other characters than _/.+-(): letters and digits`},
		{begin + "[supervisord]\nenvironment=A=%(ENV_B)s,B=1\n", `/s.conf:4: cannot import "supervisord": environment: %(ENV_B)s is unknown`},
		{begin + "startsecs=-1\n", `/s.conf:3: cannot import "x": startsecs: "-1" is wrong: want a whole number from 0 to 100000`},
		{begin + "stopsignal=STOPPED\n", `/s.conf:3: cannot import "x": stopsignal: "STOPPED" is wrong: want a signal`},
		{begin + "umask=9\n", `/s.conf:3: cannot import "x": umask: "9" is wrong: svloop does not accept it for --umask`},
		{begin + "environment=A\n", `/s.conf:3: cannot import "x": environment: want NAME=VALUE,NAME=VALUE, with quotes around a value that has other characters than _/.+-(): letters and digits`},
		{begin + "environment=A=1 B=2\n", `/s.conf:3: cannot import "x": environment: want NAME=VALUE,NAME=VALUE, with quotes around a value that has other characters than _/.+-(): letters and digits`},
		{begin + "environment=A=$x\n", `/s.conf:3: cannot import "x": environment: want NAME=VALUE,NAME=VALUE, with quotes around a value that has other characters than _/.+-(): letters and digits`},
		{begin + "numprocs=0\n", `/s.conf:3: cannot import "x": numprocs: "0" is wrong: want a whole number from 1 to 1000`},
		{begin + "numprocs=2\n", `/s.conf:1: cannot import "x": process_name: it must contain %(process_num) if numprocs is above 1`},
		{begin + "process_name=a b\n", `/s.conf:3: cannot import "x": process_name: its name "a b" may contain only letters, digits and _ . : @ + -`},
		{"[program:a b]\n", `/s.conf:1: cannot import "a b": its name "a b" may contain only letters, digits and _ . : @ + -`},
		{begin + "[group:a b]\n", `/s.conf:3: cannot import "a b": its name "a b" may contain only letters, digits and _ . : @ + -`},
		{"[program:x]\n[group:g]\nprograms=x\n", `/s.conf:1: cannot import "x": its section has no command`},
		{begin + "[group:g]\n", `/s.conf:3: cannot import "g": the group has no programs`},
		{begin + "[group:g]\nprograms=x,y\n", `/s.conf:4: cannot import "g": programs: there is no section [program:y]`},
		{begin + "[group:g]\nprograms=x\n[program:z]\n", `/s.conf:5: cannot import "z": its section has no command`},
		{"a = b\n" + begin, `/s.conf:1: cannot import "a = b": the option is before the first section`},
		{begin + "nonsense\n", `/s.conf:3: cannot import "nonsense": it is not an option: want "name = value"`},
		{begin + "= x\n", `/s.conf:3: cannot import "= x": it is not an option: want "name = value"`},
		{"[program:x]\n[program:y]\n", "/s.conf:1: cannot import \"x\": its section has no command\n/s.conf:2: cannot import \"y\": its section has no command"},
	} {
		configurations.Fails(t, file, test.text, test.want)
	}
}

func TestSplitPOSIX(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{`a  b`, []string{"a", "b"}},
		{`"a b" 'c\d' e\ f "g\"h\\i\j" ''`, []string{"a b", `c\d`, "e f", `g"h\i\j`, ""}},
		{`a"b"'c'd # e`, []string{"abcd", "#", "e"}},
		{`"it's" '"'`, []string{"it's", `"`}},
		{"", nil},
	} {
		if got, err := splitPOSIX(test.text); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, %v, want %q", test.text, got, err, test.want)
		}
	}
}
