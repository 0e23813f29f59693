package systemd

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
)

// everyUnitOption has the translation of each option of svloop: lines of the unit,
// something without an equivalent after "!", or svloop and the reason.
var everyUnitOption = []struct{ options, want string }{
	{"--restart always --backoff 1:1", "Restart=always\nRestartSec=1\n"},
	{"--restart on-failure --backoff 2:2", "Restart=on-failure\nRestartForceExitStatus=SIGHUP SIGINT SIGTERM SIGPIPE\nRestartSec=2\n"},
	{"--restart always --backoff 1:8", "!--backoff 1:8 (the delay stays 1; RestartSteps= and RestartMaxDelaySec= of systemd 254 let it grow)"},
	{"--count 0 --sleep 1.5", "Restart=on-success\nRestartPreventExitStatus=SIGHUP SIGINT SIGTERM SIGPIPE\nRestartSec=1.5\n"},
	{"--count 3", "svloop: --count 3"},
	{"--restart always --backoff 1:1 --max-failures 5/60", "StartLimitIntervalSec=60\nStartLimitBurst=5\n"},
	{"--timeout 9", "RuntimeMaxSec=9\n"},
	{"--kill-spec TERM/5%20KILL", "KillSignal=SIGTERM\nTimeoutStopSec=5\n"},
	{"--kill-spec 37/5%20KILL", "KillSignal=SIGRTMIN+3\nTimeoutStopSec=5\n"},
	{"--ready notify --ready-timeout 7", "Type=notify\nExecStart=/bin/x\nNotifyAccess=all\nTimeoutStartSec=7\n"},
	{"--ready fd:3", `svloop: --ready "fd:3"`},
	{"--ready tcp:localhost:80", `svloop: --ready "tcp:localhost:80"`},
	{"--ready alive:1", `svloop: --ready "alive:1"`},
	{"--watchdog 30", "WatchdogSec=30\nWatchdogSignal=SIGTERM\n"},
	{"--survivors adopt", "!--survivors adopt (systemd finds remaining processes by the control group)"},
	{"--stdin /in", "StandardInput=file:/in\n"},
	{"--stdout null --stderr syslog", "StandardOutput=null\nStandardError=journal\n"},
	{"--stdout /o --rotate 10M", "svloop: --rotate 10M:5"},
	{"--stdout /o --timestamps", "svloop: --timestamps"},
	{"--log /x.log", `!--log "/x.log" (svloop is not used)`},
	{"--debug", "!--debug (svloop is not used)"},
	{"--user www --umask 027", "User=www\nUMask=0027\n"},
	{"--group www", "Group=www\n"},
	{"--group www,adm --group audio", "Group=www\nSupplementaryGroups=adm audio\n"},
	{"--user www --group ,adm", "User=www\nSupplementaryGroups=adm\n"},
	{"--chdir /a%20b", "WorkingDirectory=/a b\n"},
	{"--chroot /jail", "RootDirectory=/jail\n"},
	{"--env A=b%20%25%24", "Environment=\"A=b %%$\"\n"},
	{"--env-file /e", `!--env-file "/e" as svloop reads it (systemd ignores lines with export, and names with other characters than letters, digits and _)`},
	{"--env-file -/e", `!--env-file "-/e" as svloop reads it (systemd ignores lines with export, and names with other characters than letters, digits and _)`},
	{"--clear-env", "!--clear-env (systemd sets PATH, LANG and others)"},
	{"--nice 5", "Nice=5\n"},
	{"--rlimit nofile=1:2", "LimitNOFILE=1:2\n"},
	{"--oom-score-adj 7", "OOMScoreAdjust=7\n"},
	{"--no-new-privs", "NoNewPrivileges=yes\n"},
}

// TestUnitsHaveEveryOption compares the translations, and needs a row for each option.
func TestUnitsHaveEveryOption(t *testing.T) {
	t.Parallel()
	seen := []string{"pidfile", "daemon"} // in every unit
	for _, test := range everyUnitOption {
		for _, word := range strings.Fields(test.options) {
			if name, is := strings.CutPrefix(word, "--"); is {
				seen = append(seen, name)
			}
		}
		s := exporttest.Source(t, "start = /bin/x", "daemon = /run/x.pid", "daemon_options = "+test.options)
		text, warnings := exporttest.File(t, Format, s)
		want := test.want
		if lacking, is := strings.CutPrefix(want, "!"); is {
			if !slices.Contains(warnings, "no equivalent: "+lacking) {
				t.Errorf("%s: the warnings are %q", test.options, warnings)
			}
			want = "\n# No equivalent: " + lacking + "\n"
		} else if len(warnings) > 0 {
			t.Errorf("%s: the warnings are %q", test.options, warnings)
		}
		reason, bySvloop := strings.CutPrefix(want, "svloop: ")
		if bySvloop {
			want = "# svloop runs the program, because systemd has no equivalent of " + reason + ".\n"
		}
		if strings.Contains(text, "ExecStart=/usr/bin/svloop ") != bySvloop || !strings.Contains(text, want) {
			t.Errorf("%s: there is no %q in\n%s", test.options, want, text)
		}
	}
	elsewhere := []string{"help", "?", "manual", "version", "status", "quit", "json"} // options that start nothing
	cmdline.Defaults().Flags().VisitAll(func(flag *pflag.Flag) {
		if !slices.Contains(seen, flag.Name) && !slices.Contains(elsewhere, flag.Name) {
			t.Errorf("no row has --%s", flag.Name)
		}
	})
}

// TestUnitKinds translates each kind of service to its kind of unit.
func TestUnitKinds(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]string{
		"control = /bin/c x":                                            "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/c x start\nExecStop=/bin/c x stop\n",
		"start = /bin/c -d":                                             "Type=forking\nExecStart=/bin/c -d\n",
		"start = /bin/c -d\nstop = /bin/c -q":                           "Type=forking\nExecStart=/bin/c -d\nExecStop=/bin/c -q\n",
		"start = /bin/c\ndaemon = /run/x.pid\noutput = /o":              "StandardOutput=append:/o\n",
		"start = /bin/c\ndaemon = /run/x.pid\noutput = /o\nrotate = 1M": "ExecStart=/usr/bin/svloop -c 1 --pidfile /run/x.pid --stdout /o --stderr /o --rotate 1M --daemon /bin/c\n",
		"start = /bin/c\ndaemon = /run/x.pid\ndaemon_options = --ready fd:3": "Type=forking\nPIDFile=/run/x.pid\n" +
			"ExecStart=/usr/bin/svloop -c 1 --pidfile /run/x.pid --ready fd:3 --daemon /bin/c\n" +
			"ExecStop=/usr/bin/svloop --pidfile /run/x.pid --quit\n",
		"control = /bin/c x\npath = /a":                                                                 "ExecReload=/bin/c x reload\n",
		"control = /bin/c x\nreload = /bin/r":                                                           "ExecReload=/bin/r\n",
		"start = /bin/c -d\nreload = HUP":                                                               "ExecReload=/usr/bin/svctl --conf /etc/svctl.conf reload x\n",
		"start = /bin/c -d\nreload = /bin/c -r":                                                         "ExecReload=/bin/c -r\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = SIGHUP":                                          "Type=exec\nExecStart=/bin/c\nTimeoutStartSec=60\nRestart=no\n",
		"start = /bin/c\ndaemon = /run/y.pid\nreload = HUP":                                             "IgnoreSIGPIPE=no\nExecReload=/bin/kill -s HUP $MAINPID\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = RTMIN+3":                                         "ExecReload=/bin/kill -s RTMIN+3 $MAINPID\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = /bin/c \\$x a%20b":                               "ExecReload=:/bin/c \"$x\" \"a b\"\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = /bin/c\ndaemon_options = --user u":               "ExecReload=+/bin/c\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = r -x\npath = /a:/b":                              "ExecSearchPath=/a:/b\nExecReload=r -x\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = HUP\ndaemon_options = --ready fd:3":              "ExecReload=/usr/bin/svctl --conf /etc/svctl.conf reload x\n",
		"start = /bin/c\ndaemon = /run/x.pid\nreload = /bin/r\ndaemon_options = --ready fd:3 --user me": "ExecReload=/bin/r\n",
	} {
		if text, _ := exporttest.File(t, Format, exporttest.Source(t, keys)); !strings.Contains(text, want) {
			t.Errorf("%q: there is no %q in\n%s", keys, want, text)
		}
	}
	for keys, want := range map[string]string{
		"control = /usr/sbin/service x":                            export.ErrItself.Error(),
		"control = /etc/init.d/x":                                  export.ErrItself.Error(),
		"start = systemctl start x.service":                        export.ErrItself.Error(),
		"start = /bin/a\ndaemon = /run/x.pid\nreload = /bin/a%22b": `systemd accepts no program with the name "/bin/a\"b"`,
		"start = /bin/a%22b":                                       `systemd accepts no program with the name "/bin/a\"b"`,
		"control = /bin/c\npath = /a%20b:/c\"d":                    `ExecSearchPath= of a unit does not accept all directories of its path "/a%20b:/c\"d"`,
	} {
		if strings.Contains(want, "ExecSearchPath") {
			keys = strings.Replace(keys, "/bin/c", "c", 1)
		}
		if got := exporttest.Refusal(t, Format, exporttest.Source(t, keys)); got != want {
			t.Errorf("%q: %q, want %q", keys, got, want)
		}
	}
}

// readUnitWord reads a word as systemd.syntax(7) describes. It is independent of the code
// that it tests.
func readUnitWord(text string) string {
	var b strings.Builder
	text = strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`), "%%", "%")
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch text[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'x':
			const digits = "0123456789abcdef"
			b.WriteByte(byte(strings.IndexByte(digits, text[i+1])<<4 | strings.IndexByte(digits, text[i+2])))
			i += 2
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// FuzzUnitWord writes words that systemd reads back unchanged.
func FuzzUnitWord(f *testing.F) {
	for _, word := range []string{"", "plain", "two words", `a"b\c'd`, "50%n", "a\tb\nc", "\x01\xff", "grün", "$HOME", ";"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		text := unitWord(word)
		if got := readUnitWord(text); got != word || strings.ContainsAny(text, "\n\x00") {
			t.Errorf("%q is written %s, and read %q", word, text, got)
		}
	})
}
