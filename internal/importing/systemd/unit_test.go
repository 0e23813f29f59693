package systemd

import (
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/internal/importing/importtest"
)

// units are imported on a machine named box.
var units = importtest.Import(func(f *entry.File) (*entry.Definition, error) { return Import(f, "box") })

// service returns a unit with these lines, the first of them in line 2.
func service(lines string) string { return "[Service]\n" + lines + "\n" }

// wantKeys compares those lines. It removes the start command, and replaces the
// kill specification by STOP.
func wantKeys(t *testing.T, lines, want string) {
	t.Helper()
	got := units.Lines(t, "/x.service", service(lines))
	got = strings.ReplaceAll(got, "start = /bin/x\n", "")
	got = strings.ReplaceAll(got, "--kill-spec TERM/90%20KILL", "STOP")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, want, lines)
	}
}

func TestUnitOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ lines, want string }{
		{"", "daemon_options = STOP"},
		{"Type=exec", "daemon_options = STOP"},
		{"Type=idle", "# no equivalent: Type=idle: it counts as started when it is executed\ndaemon_options = STOP"},
		{"BusName=a.b", "# no equivalent: Type=dbus: it counts as started when it is executed\n# no equivalent: BusName=a.b\ndaemon_options = STOP"},

		// The environment of the program.
		{"User=www\nGroup=web\nUMask=0027", "daemon_options = STOP --user www --group web --umask 0027"},
		{"User=a\nUser=b\nGroup=c\nGroup=", "daemon_options = STOP --user b"},
		{"UMask=0999", "# no equivalent: UMask=0999\ndaemon_options = STOP"},
		{"WorkingDirectory=/a b\nRootDirectory=/r", "daemon_options = STOP --chdir /a%20b --chroot /r"},
		{"WorkingDirectory=-/a", "# not the same: WorkingDirectory=-/a: here the directory must exist\ndaemon_options = STOP --chdir /a"},
		{"WorkingDirectory=~", "# no equivalent: WorkingDirectory=~\ndaemon_options = STOP"},
		{"Nice=-5\nOOMScoreAdjust=-900\nNoNewPrivileges=yes", "daemon_options = STOP --nice -5 --oom-score-adj -900 --no-new-privs"},
		{"Nice=99\nOOMScoreAdjust=many\nNoNewPrivileges=no", "# no equivalent: Nice=99\n# no equivalent: OOMScoreAdjust=many\ndaemon_options = STOP"},
		{"Environment=A=1 \"B=x y\" C='$z' D=\\x41\nEnvironment=E=%%", "daemon_options = STOP --env A=1 --env B=x%20y --env C=%24z --env D=A --env E=%25"},
		{"Environment=A=1\nEnvironment=\nEnvironment=B=2 wrong", "# no equivalent: Environment=wrong\ndaemon_options = STOP --env B=2"},
		{"Environment=\"A=1", "# no equivalent: Environment=\"A=1\ndaemon_options = STOP"},
		{"EnvironmentFile=/e\nEnvironmentFile=/f", "# no equivalent: EnvironmentFile=/f\ndaemon_options = STOP --env-file /e"},
		{"EnvironmentFile=-/e\nEnvironment=A=1", "# not the same: EnvironmentFile=-/e: here the variables of Environment= override those of the file\n" +
			"daemon_options = STOP --env A=1 --env-file -/e"},
		{"EnvironmentFile=/e/*.env", "# no equivalent: EnvironmentFile=/e/*.env\ndaemon_options = STOP"},

		// Limits.
		{"LimitNOFILE=1024:infinity\nLimitCORE=infinity\nLimitAS=2G\nLimitNPROC=7", "# not the same: LimitNOFILE=1024:infinity: the kernel has a maximum (fs.nr_open), which svloop uses with a warning\n" +
			"daemon_options = STOP --rlimit core=unlimited --rlimit nofile=1024:unlimited --rlimit as=2147483648 --rlimit nproc=7"},
		{"LimitCPU=1min 30s\nLimitRTTIME=5\nLimitDATA=0", "daemon_options = STOP --rlimit cpu=90 --rlimit data=0 --rlimit rttime=5"},
		{"LimitRTTIME=2ms:1s", "daemon_options = STOP --rlimit rttime=2000:1000000"},
		{"LimitNICE=+5", "# no equivalent: LimitNICE=+5\ndaemon_options = STOP"},
		{"LimitAS=9E\nLimitDATA=K\nLimitSTACK=1:\nLimitNOFILE=9:5", "# no equivalent: LimitAS=9E\n# no equivalent: LimitDATA=K\n# no equivalent: LimitSTACK=1:\n# no equivalent: LimitNOFILE=9:5\ndaemon_options = STOP"},

		// Restarts.
		{"Restart=always\nRestartSec=50ms", "daemon_options = --restart always --backoff 0.05:0.05 STOP"},
		{"Restart=on-failure\nRestartSec=2\nRestartMaxDelaySec=1min", "# not the same: Restart=on-failure: svloop treats termination by HUP, INT, TERM or PIPE as a failure\n# not the same: RestartMaxDelaySec=1min: svloop doubles the delay each time\ndaemon_options = --restart on-failure --backoff 2:60 STOP"},
		{"Restart=always\nRestartSec=0", "# not the same: RestartSec=0: svloop backs off: it waits longer after each failure\ndaemon_options = --restart always STOP"},
		{"Restart=always\nRestartMaxDelaySec=30", "# not the same: RestartMaxDelaySec=30: svloop doubles the delay each time\ndaemon_options = --restart always --backoff 0.1:30 STOP"},
		{"Restart=always\nRestartMaxDelaySec=0", "# not the same: RestartMaxDelaySec=0: svloop doubles the delay each time\ndaemon_options = --restart always --backoff 0.1:0.1 STOP"},
		{"Restart=always\nRestartSec=0\nRestartMaxDelaySec=30", "# not the same: RestartSec=0: svloop backs off: it waits longer after each failure\n# not the same: RestartMaxDelaySec=30: svloop doubles the delay each time\ndaemon_options = --restart always --backoff 0:30 STOP"},
		{"Restart=always\nRestartMaxDelaySec=soon", "# no equivalent: RestartMaxDelaySec=soon\ndaemon_options = --restart always STOP"},
		{"RestartMaxDelaySec=30", "# no equivalent: RestartMaxDelaySec=30\ndaemon_options = STOP"},
		{"Restart=always\nRestartSec=soon", "# no equivalent: RestartSec=soon\ndaemon_options = --restart always STOP"},
		{"Restart=on-success\nRestartSec=5", "# not the same: Restart=on-success: svloop treats termination by HUP, INT, TERM or PIPE as a failure\ndaemon_options = --count 0 --sleep 5 STOP"},
		{"Restart=on-abort", "# not the same: Restart=on-abort: svloop restarts after every kind of failure\ndaemon_options = --restart on-failure STOP"},
		{"Restart=on-success\nRestartSec=999999999999", "# not the same: Restart=on-success: svloop treats termination by HUP, INT, TERM or PIPE as a failure\ndaemon_options = --count 0 --sleep 1000000 STOP"},
		{"Restart=always\nRestartSec=5\nRestartMaxDelaySec=1", "# not the same: RestartMaxDelaySec=1: svloop doubles the delay each time\ndaemon_options = --restart always --backoff 5:5 STOP"},
		{"Restart=no\nRestartSec=5", "# no equivalent: RestartSec=5\ndaemon_options = STOP"},
		{"Restart=sometimes", "# no equivalent: Restart=sometimes\ndaemon_options = STOP"},
		{"Restart=always\nStartLimitBurst=3\n[Unit]\nStartLimitIntervalSec=1min", "daemon_options = --restart always --max-failures 3/60 STOP"},
		{"Restart=always\n[Unit]\nStartLimitInterval=30", "daemon_options = --restart always --max-failures 5/30 STOP"},
		{"Restart=always\n[Unit]\nStartLimitIntervalSec=0", "daemon_options = --restart always STOP"},
		{"Restart=always\n[Unit]\nStartLimitBurst=many", "# no equivalent: StartLimitBurst=many\ndaemon_options = --restart always STOP"},

		// Readiness and time limits.
		{"Type=notify", "daemon_options = --ready notify --ready-timeout 90 STOP"},
		{"Type=notify-reload\nTimeoutStartSec=10", "reload = HUP\ndaemon_options = --ready notify --ready-timeout 10 STOP"},

		// Reloads.
		{"Type=notify-reload\nReloadSignal=SIGUSR2", "reload = USR2\ndaemon_options = --ready notify --ready-timeout 90 STOP"},
		{"Type=notify-reload\nReloadSignal=SIGNONE", "# no equivalent: ReloadSignal=SIGNONE\nreload = HUP\ndaemon_options = --ready notify --ready-timeout 90 STOP"},
		{"ExecReload=/bin/kill -HUP $MAINPID", "reload = HUP\ndaemon_options = STOP"},
		{"ExecReload=-kill -s SIGUSR1 ${MAINPID}", "reload = USR1\ndaemon_options = STOP"},
		{"ExecReload=/usr/bin/kill -12 $MAINPID", "reload = USR2\ndaemon_options = STOP"},
		{"ExecReload=/bin/kill -sHUP $MAINPID", "reload = HUP\ndaemon_options = STOP"},
		{"ExecReload=/bin/kill --signal HUP $MAINPID", "reload = HUP\ndaemon_options = STOP"},
		{"ExecReload=/bin/kill -KILL $MAINPID", "# no equivalent: ExecReload=/bin/kill -KILL $MAINPID\ndaemon_options = STOP"},
		{"ExecReload=/bin/kill -HUP $PID", "# no equivalent: ExecReload=/bin/kill -HUP $PID\ndaemon_options = STOP"},
		{"ExecReload=/bin/x -t\nExecReload=/bin/kill -HUP $MAINPID", "# no equivalent: ExecReload=/bin/x -t\nreload = HUP\ndaemon_options = STOP"},
		{"ExecReload=/bin/x -s reload", "reload = /bin/x -s reload\ndaemon_options = STOP"},
		{"Environment=A=b\nExecReload=/bin/x $A", "reload = /bin/x b\ndaemon_options = STOP --env A=b"},
		{"ExecReload=+/bin/x 'a b'", "# no equivalent: + in front of ExecReload=: User= and Group= do not apply to it\nreload = /bin/x a%20b\ndaemon_options = STOP"},
		{"ExecReload=/bin/x $MAINPID", "# no equivalent: ExecReload=/bin/x $MAINPID\ndaemon_options = STOP"},
		{"ExecReload=/bin/x\nExecReload=/bin/y", "# no equivalent: ExecReload=/bin/x\n# no equivalent: ExecReload=/bin/y\ndaemon_options = STOP"},
		{"ExecReload=/bin/x\nExecReload=\nExecReload=/bin/y", "reload = /bin/y\ndaemon_options = STOP"},
		{"ExecReload=HUP", "# no equivalent: ExecReload=HUP\ndaemon_options = STOP"},
		{"ExecReload='", "# no equivalent: ExecReload='\ndaemon_options = STOP"},
		{"TimeoutStartSec=10", "# not the same: TimeoutStartSec=10: svctl waits 95 seconds for a start or a stop\ndaemon_options = STOP"},
		{"TimeoutStartSec=55\nTimeoutStopSec=5", "daemon_options = --kill-spec TERM/5%20KILL"},
		{"TimeoutStartSec=5\nTimeoutStopSec=5", "# not the same: TimeoutStartSec=5: svctl waits 60 seconds for a start or a stop\ndaemon_options = --kill-spec TERM/5%20KILL"},
		{"TimeoutStartSec=200", "daemon_options = STOP\ntimeout = 205"},
		{"Type=notify\nTimeoutStartSec=infinity", "daemon_options = --ready notify --ready-timeout 1000000 STOP\ntimeout = 1000000"},
		{"RuntimeMaxSec=1h\nWatchdogSec=30", "daemon_options = --timeout 3600 --watchdog 30 STOP"},
		{"RuntimeMaxSec=infinity\nWatchdogSec=0", "daemon_options = STOP"},

		// Stopping.
		{"TimeoutStopSec=5", "daemon_options = --kill-spec TERM/5%20KILL"},
		{"KillSignal=SIGQUIT\nFinalKillSignal=ABRT\nTimeoutSec=2min", "daemon_options = --kill-spec QUIT/120%20ABRT\ntimeout = 125"},
		{"TimeoutStopSec=1\nTimeoutSec=2\nKillMode=control-group", "daemon_options = --kill-spec TERM/2%20KILL"},
		{"TimeoutSec=1\nTimeoutStopSec=2\nKillMode=mixed", "# no equivalent: KillMode=mixed\ndaemon_options = --kill-spec TERM/2%20KILL"},
		{"SendSIGKILL=no", "daemon_options = --kill-spec TERM/90"},
		{"KillSignal=SIGRTMIN+3\nFinalKillSignal=RTMAX-1", "daemon_options = --kill-spec RTMIN+3/90%20RTMAX-1"},
		{"KillSignal=RTMIN+31", "# no equivalent: KillSignal=RTMIN+31\ndaemon_options = STOP"},
		{"TimeoutStopSec=0", "daemon_options = --kill-spec TERM/1000000%20KILL\ntimeout = 1000000"},

		// Streams.
		{"StandardOutput=append:/a b\nStandardError=null\nStandardInput=file:/i", "daemon_options = STOP --stdin /i --stdout /a%20b --stderr null"},
		{"StandardOutput=journal", "daemon_options = STOP --stdout syslog --stderr syslog"},
		{"StandardOutput=truncate:/a\nStandardError=inherit", "# not the same: StandardOutput=truncate:/a: svloop appends to the file\ndaemon_options = STOP\noutput = /a"},
		{"StandardOutput=append:/a$b", "daemon_options = STOP --stdout /a%24b --stderr /a%24b"},
		{"StandardOutput=tty\nStandardError=file:a\nStandardInput=data", "# no equivalent: StandardOutput=tty\n# no equivalent: StandardError=file:a\n# no equivalent: StandardInput=data\ndaemon_options = STOP"},

		// Other settings.
		{"PIDFile=/run/x.pid\nExecReload=/bin/kill -HUP $MAINPID\nProtectSystem=full\nCapabilityBoundingSet=",
			"# not the same: PIDFile=/run/x.pid: the program writes that file, the pid file of svloop is /run/svloop-x.pid\n# no equivalent: ProtectSystem=full\n# no equivalent: CapabilityBoundingSet=\nreload = HUP\ndaemon_options = STOP"},
		{"PIDFile=/var/run/svloop-x.pid", "# not the same: PIDFile=/var/run/svloop-x.pid: the program writes that file, the pid file of svloop is /run/svloop-svloop-x.pid\ndaemon = /run/svloop-svloop-x.pid\ndaemon_options = STOP"},
		{"ExecStartPre=/a\nExecStartPre=\nExecStartPre=/b", "# no equivalent: ExecStartPre=\n# no equivalent: ExecStartPre=/b\ndaemon_options = STOP"},
		{"nonsense\n=x\nUser=%H", "# systemd ignores this line: nonsense\n# systemd ignores this line: =x\n# %H in User= has the value from this machine: box\ndaemon_options = STOP --user box"},
		{"User=%l-%H-%%H\nNice=%m", "# %l in User= has the value from this machine: box\n# %H in User= has the value from this machine: box\n# no equivalent: Nice=%m\n" +
			"# no equivalent: systemd expands %m in Nice=\ndaemon_options = STOP --user box-box-%25H"},

		// Groups and users.
		{"User=u\nGroup=g\nSupplementaryGroups=a b\nSupplementaryGroups=c", "daemon_options = STOP --user u --group g,a,b,c"},
		{"SupplementaryGroups=a\nSupplementaryGroups=\nSupplementaryGroups=b", "daemon_options = STOP --group ,b"},
		{"SupplementaryGroups=a,,b\nGroup=g", "# no equivalent: SupplementaryGroups=a,,b\n# no equivalent: Group=g\ndaemon_options = STOP"},
		{"DynamicUser=yes\nStateDirectory=x", "# not the same: DynamicUser=yes: it runs as root without --user\n# no equivalent: StateDirectory=x\ndaemon_options = STOP"},
		{"DynamicUser=true\nUser=u", "# not the same: DynamicUser=true: the user of User= must exist\ndaemon_options = STOP --user u"},
		{"DynamicUser=no", "daemon_options = STOP"},
	} {
		wantKeys(t, "ExecStart=/bin/x\n"+test.lines, test.want)
	}
}

func TestUnitSyntax(t *testing.T) {
	t.Parallel()
	units.Text(t, "/lib/x.service", "\ufeffUser=lost\n # a comment\n[Unit]\nDescription=one \\\n# a comment\n; another\n  two\\\nthree\n\n[X-Mine]\nkey = value\r\n[Service]\n  ExecStart = /bin/x\n", `
# from /lib/x.service
# systemd ignores this line: User=lost
# no equivalent: Description=one    two three
# no equivalent: key=value
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = x
    start = /bin/x
    daemon = /run/svloop-x.pid
    daemon_options = --kill-spec TERM/90%20KILL
    timeout = 95
</entry>
`)
	wantKeys(t, `ExecStart=/bin/x \`, "daemon_options = STOP")
}

func TestUnitNames(t *testing.T) {
	t.Parallel()
	const words = `ExecStart=/bin/x %n %N %p %P i%i I%I %j %J %t%% %z %`
	for name, want := range map[string]string{
		"/a-b.service":          "start = /bin/x a-b.service a-b a-b a/b i I b b /run%25 %25z %25",
		"/a-b@c-d\\x2d.service": "",
		"/a-b@c-d.service":      "start = /bin/x a-b@c-d.service a-b@c-d a-b a/b ic-d Ic/d b b /run%25 %25z %25",
		"/a@.service":           "start = /bin/x %25n %25N a a i%25i I%25I a a /run%25 %25z %25",
	} {
		d, err := Import(&entry.File{Name: name, Path: name, Data: service(words)}, "box")
		if want == "" {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, err := (entry.Definitions{d}).Text(); err != nil || !strings.Contains(text, "    "+want+"\n") {
			t.Errorf("%s: got %v\n%s\nwant %s", name, err, text, want)
		}
		importtest.Loaded(t, entry.Definitions{d})
	}
	if got := unescapeName(`a-b\x2dc\xzz`); got != `a/b-c\xzz` {
		t.Errorf("got %q", got)
	}
	units.Text(t, "/a@.service", service("ExecStart=/bin/x %i\nUser=%i\nGroup=web"), `
# from /a@.service
# a template: make an entry for each instance, with its name in place of %i
# no equivalent: systemd expands %i in ExecStart=
# no equivalent: systemd expands %i in User=
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/x %25i
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL --user %25i --group web
    timeout = 95
</entry>
`)
}

func TestUnitErrors(t *testing.T) {
	t.Parallel()
	const file = "/x.service"
	for _, test := range []struct{ text, want string }{
		{"[Unit]\nAfter=a\n", `cannot import "/x.service": it is a systemd unit without a [Service] section`},
		{service("Restart=no"), `cannot import "/x.service": it has no ExecStart=`},
		{service("ExecStart=/a\nExecStart="), `cannot import "/x.service": it has no ExecStart=`},
		{service("ExecStart=/a\nExecStart=/b"), `/x.service:3: cannot import "x": it has a second ExecStart=, which only Type=oneshot may have`},
		{service("ExecStart=/a ; /b"), `/x.service:2: cannot import "x": ExecStart=: it has several commands, which only Type=oneshot may have`},
		{service("ExecStart=/a \"b"), `/x.service:2: cannot import "x": ExecStart=: a quote is not closed`},
		{service("ExecStart=/a \\x00"), `/x.service:2: cannot import "x": ExecStart=: a word contains a NUL byte`},
		{service("ExecStart=-"), `/x.service:2: cannot import "x": ExecStart=: there is no command`},
		{service("Type=oneshot\nExecStart=/a"), `/x.service:2: cannot import "x": a service of Type=oneshot terminates, but the program of an entry keeps running`},
		{service("Type=once\nExecStart=/a"), `/x.service:2: cannot import "x": the unit has the unknown Type=once`},
		{service("Type=forking\nExecStart='"), `/x.service:3: cannot import "x": ExecStart=: a quote is not closed`},
		{service("Type=forking\nExecStart=/a\nExecStop=/b '"), `/x.service:4: cannot import "x": ExecStop=: a quote is not closed`},
		{"", `cannot import "/x.service": it is a systemd unit without a [Service] section`},
	} {
		units.Fails(t, file, test.text, test.want)
	}
}

func TestTimespans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"5": 5 * time.Second, "1.5s": 1500 * time.Millisecond, "2min 3s": 123 * time.Second, "1h30m": 90 * time.Minute,
		"20 ms": 20 * time.Millisecond, "7us": 7 * time.Microsecond, "1d": 24 * time.Hour, "infinity": entry.Longest, "900w": entry.Longest,
		".5": 500 * time.Millisecond, "0": 0,
		"": -1, "x": -1, "5 parsecs": -1, "-1": -1, "5,3": -1,
	} {
		got, ok := parseTimespan(text)
		if want < 0 && ok || want >= 0 && (!ok || got != want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, ok, want)
		}
	}
}

// No text of a definition may end a comment and become configuration.
func TestComments(t *testing.T) {
	t.Parallel()
	units.Text(t, "/a.service", "[Unit]\nAfter=/*/x */ start = y\nBefore=a\\\nb\x1b\x7f\\n\n[Service]\nExecStart=/bin/a\n", `
# from /a.service
# no equivalent: After=/*%2Fx *%2F start = y
# no equivalent: Before=a b%1B%7F\n
# daemon is svloop's pid file; the program has its own, if any
<entry>
    type = service
    name = a
    start = /bin/a
    daemon = /run/svloop-a.pid
    daemon_options = --kill-spec TERM/90%20KILL
    timeout = 95
</entry>
`)
}
