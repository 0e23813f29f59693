package systemd

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/svloop/svloop/internal/importing/entry"
)

func TestUnitWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value string
		want  []string
	}{
		{`a  b	c `, []string{"a", "b", "c"}},
		{`"a b" 'c d' e"f g"h ""`, []string{"a b", "c d", "ef gh", ""}},
		{`'a"b' "c'd"`, []string{`a"b`, `c'd`}},
		{`a\x20b \101 \s\t\n\"\'\\ "\x41"`, []string{"a b", "A", " \t\n\"'\\", "A"}},
		{`\u00e9 \U0001F600 \xff`, []string{"é", "😀", "\xff"}},
		{`\d \x4 \u12 \9 \777 \UFFFFFFFF a\`, []string{`\d`, `\x4`, `\u12`, `\9`, `\777`, `\UFFFFFFFF`, `a\`}},
		{`find \; ";" a;b`, []string{"find", ";", ";", "a;b"}},
		{``, nil},
		{`a b ;`, []string{"a", "b"}},
		{`;`, nil},
	} {
		got, err := splitUnitWords(test.value)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, %v, want %q", test.value, got, err, test.want)
		}
	}
	for value, want := range map[string]error{`a "b`: entry.ErrQuote, `a 'b"`: entry.ErrQuote, `a ; b`: errSeveral, `\x00`: errNUL, `a ; ;`: errSeveral, `; a`: errSeveral} {
		if got, err := splitUnitWords(value); got != nil && err == nil || !errors.Is(err, want) {
			t.Errorf("%s: got %q, %v, want %v", value, got, err, want)
		}
	}
}

func TestUnitVariables(t *testing.T) {
	t.Parallel()
	const set = "\nEnvironment=A=1 \"B=x 'y z'\" E="
	for _, test := range []struct{ lines, want string }{
		{"ExecStart=/bin/x $A ${A}0 a${A}b $B ${B} $A/ $$A a$$" + set, "start = /bin/x 1 10 a1b x y%20z x%20%27y%20z%27 %24A/ %24A a%24"},
		{"ExecStart=/bin/x $E" + set, "start = /bin/x"},
		{"ExecStart=/bin/x $Q\nEnvironment='Q=it\\'s so'", "start = /bin/x it%27s so"}, // no quote: it is not closed
		{"ExecStart=:/bin/x $A ${B} $$" + set, "start = /bin/x %24A %24{B} %24%24"},
		{"ExecStart=$A", "start = %24A"},
		{"ExecStart=/bin/x ''", "start = /bin/sh -fc exec%20/bin/x%20%27%27"},
		{"ExecStart=/bin/x ${E}" + set, "start = /bin/sh -fc exec%20/bin/x%20%27%27"},
		{"ExecStart=/bin/x -a 'b c' $OPTS \"d${X} e\" ${X} $OPTS", "# not the same: systemd expands $OPTS and ${X} in ExecStart=, but here a shell expands it\n" +
			"start = /bin/sh -fc exec%20/bin/x%20-a%20%27b%20c%27%20%24OPTS%20d%22%24{X}%22%27%20e%27%20%22%24{X}%22%20%24OPTS"},
	} {
		if got, _ := cutOptions(units.Lines(t, "/x.service", service(test.lines))); got != test.want {
			t.Errorf("got\n%s\nwant\n%s\nfrom\n%s", got, test.want, test.lines)
		}
	}
	// A program that does not notify svloop would never be ready.
	const only = "Type=notify\nExecStart=/usr/sbin/keepalived --dont-fork $DAEMON_ARGS\nEnvironmentFile=-/etc/default/keepalived"
	notes, options := cutOptions(units.Lines(t, "/x.service", service(only)))
	if want := "# not the same: Type=notify: keepalived sends READY=1 only if systemd is its parent, so it counts as started when it is executed"; !strings.Contains(notes, want) || strings.Contains(options, "--ready") {
		t.Errorf("got\n%s\n%s\nwant\n%s", notes, options, want)
	}
	// A file may override the variables of the unit.
	got, _ := cutOptions(units.Lines(t, "/x.service", service("ExecStart=/bin/x $A\nEnvironmentFile=/e"+set)))
	if want := "# not the same: systemd expands $A in ExecStart=, but here a shell expands it\n" +
		"# not the same: EnvironmentFile=/e: here the variables of Environment= override those of the file\nstart = /bin/sh -fc exec%20/bin/x%20%24A"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// cutOptions cuts off the last line, which has the options.
func cutOptions(keys string) (rest, options string) {
	at := strings.LastIndexByte(keys, '\n')
	return keys[:max(at, 0)], keys[at+1:]
}

func TestExecPrefixes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ lines, want string }{
		{"ExecStart=-/bin/x a", "# no equivalent: - in front of ExecStart=: systemd ignores its failure\nstart = /bin/x a"},
		{"ExecStart=@/bin/x y a", "# no equivalent: @ in front of ExecStart=: the word after the path is argv[0]\nstart = /bin/x a"},
		{"ExecStart=|/bin/x a", "# no equivalent: | in front of ExecStart=: a shell of the user runs it\nstart = /bin/x a"},
		{"ExecStart=+/bin/x\nUser=u", "# no equivalent: + in front of ExecStart=: User= and Group= do not apply to it\n# no equivalent: User=u\nstart = /bin/x"},
		{"ExecStart=!/bin/x\nGroup=g", "# no equivalent: ! in front of ExecStart=: User= and Group= do not apply to it\n# no equivalent: Group=g\nstart = /bin/x"},
		{"ExecStart=!!/bin/x", "start = /bin/x"},
		{"ExecStart=/bin/x a ; ", "start = /bin/x a"},
		{"ExecStart=+/bin/x\nSupplementaryGroups=g\nDynamicUser=yes", "# no equivalent: + in front of ExecStart=: User= and Group= do not apply to it\n# no equivalent: SupplementaryGroups=g\n# not the same: DynamicUser=yes: it runs as root without --user\nstart = /bin/x"},
		{"ExecStart=/bin/sh -c 'a; b'", "start = /bin/sh -c a;%20b"},
	} {
		if got, _ := cutOptions(units.Lines(t, "/x.service", service(test.lines))); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
	if got := units.Lines(t, "/x.service", service("ExecStart=!!/bin/x\nUser=u")); got != "start = /bin/x\ndaemon_options = --kill-spec TERM/90%20KILL --user u" {
		t.Errorf("got\n%s", got)
	}
}

func TestForking(t *testing.T) {
	t.Parallel()
	const found = "# svctl matches the processes by the words of start: add a pattern if the command lines of the daemon differ\n"
	for _, test := range []struct{ lines, want string }{
		{"ExecStart=/bin/x -d", found + "start = /bin/x -d"},
		{"ExecStart=/bin/x\nExecStop=-/bin/x stop\nPIDFile=/p", found + "# no equivalent: - in front of ExecStop=: systemd ignores its failure\n" +
			"# not the same: ExecStop=-/bin/x stop: systemd then kills the remaining processes of the service, svctl does not\n# no equivalent: PIDFile=/p\nstart = /bin/x\nstop = /bin/x stop"},
		{"ExecStart=/bin/x ;\nExecStop=/bin/x stop;\nKillMode=none", found + "start = /bin/x\nstop = /bin/x stop%3B"},
		{"ExecStart=/bin/x\nExecStop=/bin/x stop ;\nKillMode=process", found + "# not the same: ExecStop=/bin/x stop ;: systemd then kills the remaining processes of the service, svctl does not\n" +
			"# no equivalent: KillMode=process\nstart = /bin/x\nstop = /bin/x stop"},
		{"ExecStart=/bin/x\nDynamicUser=yes", found + "# not the same: DynamicUser=yes: the commands run as the user of svctl, usually root\nstart = /bin/x"},
		{"ExecStart=/bin/x\nExecStop=/bin/kill $MAINPID", found + "# no equivalent: ExecStop=/bin/kill $MAINPID\nstart = /bin/x"},
		{"ExecStart=/bin/x\nExecStop=/a\nExecStop=/b", found + "# no equivalent: ExecStop=/a\n# no equivalent: ExecStop=/b\nstart = /bin/x"},
		{"ExecStart=/bin/x $A $B\nEnvironment=A=1\nEnvironmentFile=-/e", "# no equivalent: $B in ExecStart= is dropped\n" + found +
			"# no equivalent: Environment=A=1\n# no equivalent: EnvironmentFile=-/e\nstart = /bin/x 1"},
		{"ExecStart=/bin/x\nUser=u\nRestart=always\nTimeoutStartSec=100\nTimeoutStopSec=20", found + "# no equivalent: User=u\n# no equivalent: Restart=always\n" +
			"# not the same: TimeoutStopSec=20: svctl waits 100 seconds for a start or a stop\nstart = /bin/x\ntimeout = 100"},
		{"ExecStart=/bin/x\nTimeoutSec=30", found + "start = /bin/x\ntimeout = 30"},
		{"ExecStart=/bin/x\nTimeoutSec=infinity", found + "start = /bin/x\ntimeout = 1000000"},
		{"ExecStart=/bin/x\nTimeoutStartSec=5\nTimeoutStopSec=5", found + "start = /bin/x\ntimeout = 5"},
		{"ExecStart=/bin/x\nTimeoutStopSec=5", found + "# not the same: TimeoutStopSec=5: svctl waits 60 seconds for a start or a stop\nstart = /bin/x"},
		{"ExecStart=/bin/x\nTimeoutStopSec=60", found + "start = /bin/x"},
		{"ExecStart=/bin/x\nTimeoutSec=200\nTimeoutStartSec=5", found + "# not the same: TimeoutStartSec=5: svctl waits 200 seconds for a start or a stop\nstart = /bin/x\ntimeout = 200"},
	} {
		if got := units.Lines(t, "/x.service", service("Type=forking\n"+test.lines)); got != test.want {
			t.Errorf("got\n%s\nwant\n%s", got, test.want)
		}
	}
}
