package main

import (
	"errors"
	"fmt"
	"math"
	"os/user"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/launch"
	"github.com/svloop/svloop/internal/readiness"
)

func pointer(n int) *int { return &n }

// Each accepted value, and what it sets.
var accepted = []struct {
	args string // separated by a bar
	set  func(*options)
}{
	{"", func(*options) {}},
	{"--daemon", func(o *options) { o.daemon = true }},
	{"--daemon=false", func(*options) {}},
	{"--debug", func(o *options) { o.debug = true }},
	{"-d", func(o *options) { o.debug = true }},
	{"--pidfile|x.pid", func(o *options) { o.pidfile = "x.pid" }},
	{"--pidfile=/run/a b.pid", func(o *options) { o.pidfile = "/run/a b.pid" }},

	{"--count|3", func(o *options) { o.count = 3 }},
	{"-c|0", func(o *options) { o.count = 0 }},
	{"-c2147483647", func(o *options) { o.count = math.MaxInt32 }},
	{"-c=010", func(o *options) { o.count = 10 }}, // no octal number
	{"--sleep|1.5", func(o *options) { o.sleep = 1500 * time.Millisecond }},
	{"-s0", func(*options) {}},
	{"-s|.001", func(o *options) { o.sleep = time.Millisecond }},
	{"-s|1.001", func(o *options) { o.sleep = 1001 * time.Millisecond }},
	{"-s|1e9", func(o *options) { o.sleep = 1e9 * time.Second }},
	{"--restart|on-success", func(*options) {}},
	{"--restart|on-failure", func(o *options) { o.restart = onFailure }},
	{"--restart|always", func(o *options) { o.restart = always }},
	{"--restart|always|--backoff|2", func(o *options) { o.restart, o.backoffMin = always, 2*time.Second }},
	{"--restart|always|--backoff|90", func(o *options) {
		o.restart, o.backoffMin, o.backoffMax = always, 90*time.Second, 90*time.Second
	}},
	{"--restart|always|--backoff|0.5:30", func(o *options) {
		o.restart, o.backoffMin, o.backoffMax = always, 500*time.Millisecond, 30*time.Second
	}},
	{"--restart|always|--backoff|1:1", func(o *options) {
		o.restart, o.backoffMin, o.backoffMax = always, time.Second, time.Second
	}},
	{"--restart|on-failure|--max-failures|5/60", func(o *options) {
		o.restart, o.maxFailures, o.within = onFailure, 5, time.Minute
	}},
	{"--restart|on-failure|--max-failures|10000/0.5", func(o *options) {
		o.restart, o.maxFailures, o.within = onFailure, 10000, 500*time.Millisecond
	}},
	{"--timeout|0.1", func(o *options) { o.timeout = 100 * time.Millisecond }},
	{"--watchdog|30", func(o *options) { o.watchdog = 30 * time.Second }},
	{"--ready|notify|--ready-timeout|5", func(o *options) {
		o.ready, o.readyTimeout = readiness.Method{Kind: readiness.Notify}, 5*time.Second
	}},
	{"--ready|fd:4", func(o *options) { o.ready = readiness.Method{Kind: readiness.FD, FD: 4} }},
	{"--pidfile|x|--survivors|adopt", func(o *options) { o.pidfile, o.survivors = "x", adoptSurvivors }},
	{"--pidfile|x|--survivors|refuse", func(o *options) { o.pidfile, o.survivors = "x", refuseSurvivors }},
	{"--pidfile|x|--survivors|stop", func(o *options) { o.pidfile = "x" }},

	{"--stdin|in|--stdout|null|--stderr|inherit", func(o *options) {
		o.streams = [3]stream{{streamFile, "in"}, {kind: streamNull}, {kind: streamInherit}}
	}},
	{"--stdout|syslog|--stderr|./null", func(o *options) {
		o.streams = [3]stream{{}, {kind: streamSyslog}, {streamFile, "./null"}}
	}},
	{"--log|x.log", func(o *options) { o.log = "x.log" }},

	{"--umask|027", func(o *options) { o.setup.Umask = pointer(0o27) }},
	{"--umask|0", func(o *options) { o.setup.Umask = pointer(0) }},
	{"--umask|777", func(o *options) { o.setup.Umask = pointer(0o777) }},
	{"--chdir|/tmp", func(o *options) { o.chdir = "/tmp" }},
	{"--chroot|/srv", func(o *options) { o.setup.Root = "/srv" }},
	{"--env|A=1|--env|B=|--env|C=x=y", func(o *options) { o.env = []string{"A=1", "B=", "C=x=y"} }},
	{"--env-file|env", func(o *options) { o.envFile = "env" }},
	{"--clear-env", func(o *options) { o.clearEnv = true }},
	{"--nice|-20", func(o *options) { o.setup.Nice = pointer(-20) }},
	{"--nice=19", func(o *options) { o.setup.Nice = pointer(19) }},
	{"--rlimit|nofile=10|--rlimit|core=0:unlimited", func(o *options) {
		o.setup.Rlimits = []launch.Rlimit{{Name: "nofile", Soft: 10, Hard: 10}, {Name: "core", Hard: math.MaxUint64}}
	}},
	{"--oom-score-adj|-1000", func(o *options) { o.setup.OOMScoreAdj = pointer(-1000) }},
	{"--oom-score-adj|1000", func(o *options) { o.setup.OOMScoreAdj = pointer(1000) }},
	{"--no-new-privs", func(o *options) { o.setup.NoNewPrivs = true }},

	// Of an option that is given twice the last counts.
	{"-c|1|-c|2", func(o *options) { o.count = 2 }},
	{"--stdout|x|--stdout|null", func(o *options) { o.streams[1] = stream{kind: streamNull} }},

	// The spellings of simplevisor-loop.
	{"-daemon|-pidfile|x|-count|1", func(o *options) { o.daemon, o.pidfile, o.count = true, "x", 1 }},
	{"-pidfile=x|-sleep=2|-debug", func(o *options) { o.pidfile, o.sleep, o.debug = "x", 2*time.Second, true }},
	{"-c|1|-s|2|-d", func(o *options) { o.count, o.sleep, o.debug = 1, 2*time.Second, true }},
	{"-dc1", func(o *options) { o.debug, o.count = true, 1 }},
	{"--", func(*options) {}},
	{"-d|--", func(o *options) { o.debug = true }},
}

func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "|")
}

func TestParse(t *testing.T) {
	t.Parallel()
	// The command keeps its own options, whatever they look like.
	command := []string{"prog", "-c", "5", "--daemon", "--", "-x"}
	for _, test := range accepted {
		want := defaults()
		test.set(want)
		want.command = command
		got, err := parse(append(words(test.args), command...))
		if err != nil {
			t.Errorf("%q: %v", test.args, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", test.args, got, want)
		}
	}
}

func TestParseKillSpec(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"--kill-spec", "sigterm/10 kill", "prog"})
	if err != nil || o.killSpec.String() != "TERM/10 KILL" {
		t.Errorf("%v, %v", o, err)
	}
	if o, err = parse([]string{"prog"}); err != nil || o.killSpec != nil {
		t.Errorf("without one: %v, %v", o, err)
	}
}

func TestParseIdentity(t *testing.T) {
	t.Parallel()
	nobody, err := user.Lookup("nobody")
	check(t, err)
	o, err := parse([]string{"--user", "nobody", "--group", "root", "prog"})
	check(t, err)
	if id := o.setup.Identity; strconv.Itoa(id.UID) != nobody.Uid || id.GID != 0 || id.Name != "nobody" {
		t.Errorf("identity %+v", id)
	}
}

func TestParseQuestions(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"--help", "-h", "-?", "--?", "--manual", "-m", "-manual", "--version",
		"--help|prog", "--help|--status", "--version|--quit|prog", // which nothing is asked of
		"--pidfile|x|--status", "--status|--json|--pidfile|x", "--status|-d|--pidfile|x",
		"--pidfile|x|--quit", "-quit|-pidfile|x|--kill-spec|KILL", "--quit|-d|--pidfile|x|--",
	} {
		o, err := parse(words(args))
		if err != nil {
			t.Errorf("%q: %v", args, err)
			continue
		}
		if !o.help && !o.manual && !o.version && !o.status && !o.quit {
			t.Errorf("%q asks nothing: %+v", args, o)
		}
	}
}

const (
	wantSecs = "want a number of seconds up to 1e9"
	wantMore = wantSecs + ", above 0"
	wantN    = "want a whole number of runs up to 2147483647, 0 for no limit"
)

// Each refused value, and the one line that says why.
var refused = []struct{ args, want, hint string }{
	{"", "no command given", ""},
	{"-d", "no command given", ""},
	{"--", "no command given", ""},
	{"--help=false", "no command given", ""},
	{"--|", "the command is an empty word", ""},

	{"--pidfle|x|prog", "unknown option --pidfle", "did you mean --pidfile?"},
	{"--pidfle=x|prog", "unknown option --pidfle", "did you mean --pidfile?"},
	{"-pidfle|x|prog", `unknown option -p in "-pidfle"`, "did you mean --pidfile?"},
	{"--xyzzy|prog", "unknown option --xyzzy", ""},
	{"-x|prog", "unknown option -x", ""},
	{"-dx|prog", "unknown option -x", ""},
	{"--=x|prog", `"--=x" is no option`, ""},
	{"---daemon|prog", `"---daemon" is no option`, ""},
	{"--count", "option --count needs a value", ""},
	{"-c", "option --count needs a value", ""},
	{"-pidfile", "option --pidfile needs a value", ""},
	{"--daemon=maybe|prog", `option --daemon: "maybe" is wrong: must be true or false`, ""},

	{"--pidfile=|prog", `option --pidfile: "" is wrong: want a path`, ""},
	{"--log||prog", `option --log: "" is wrong: want a path`, ""},
	{"--chdir||prog", `option --chdir: "" is wrong: want a path`, ""},
	{"--chroot||prog", `option --chroot: "" is wrong: want a path`, ""},
	{"--env-file||prog", `option --env-file: "" is wrong: want a path`, ""},
	{"--user||prog", `option --user: "" is wrong: want the name or number of a user`, ""},
	{"--group||prog", `option --group: "" is wrong: want the name or number of a group`, ""},

	{"--count||prog", `option --count: "" is wrong: ` + wantN, ""},
	{"--count|-1|prog", `option --count: "-1" is wrong: ` + wantN, ""},
	{"-c|+1|prog", `option --count: "+1" is wrong: ` + wantN, ""},
	{"-c|1.5|prog", `option --count: "1.5" is wrong: ` + wantN, ""},
	{"-cx|prog", `option --count: "x" is wrong: ` + wantN, ""},
	{"-c|0x10|prog", `option --count: "0x10" is wrong: ` + wantN, ""},
	{"-c|1_000|prog", `option --count: "1_000" is wrong: ` + wantN, ""},
	{"-c|2147483648|prog", `option --count: "2147483648" is wrong: ` + wantN, ""},
	{"--sleep|prog", `option --sleep: "prog" is wrong: ` + wantSecs, ""},
	{"-s|-1|prog", `option --sleep: "-1" is wrong: ` + wantSecs, ""},
	{"-s|1s|prog", `option --sleep: "1s" is wrong: ` + wantSecs, ""},
	{"-s|nan|prog", `option --sleep: "nan" is wrong: ` + wantSecs, ""},
	{"-s|inf|prog", `option --sleep: "inf" is wrong: ` + wantSecs, ""},
	{"-s|1e10|prog", `option --sleep: "1e10" is wrong: ` + wantSecs, ""},
	{"-s|0x1p4|prog", `option --sleep: "0x1p4" is wrong: ` + wantSecs, ""},
	{"--timeout|0|prog", `option --timeout: "0" is wrong: ` + wantMore, ""},
	{"--watchdog|1e-12|prog", `option --watchdog: "1e-12" is wrong: ` + wantMore, ""},
	{"--ready-timeout|-1|prog", `option --ready-timeout: "-1" is wrong: ` + wantMore, ""},
	{"--restart|never|prog", `option --restart: "never" is wrong: want on-success, on-failure or always`, ""},
	{"--restart|Always|prog", `option --restart: "Always" is wrong: want on-success, on-failure or always`, ""},
	{"--survivors|kill|prog", `option --survivors: "kill" is wrong: want stop, adopt or refuse`, ""},
	{"--backoff|2:1|prog", `option --backoff: "2:1" is wrong: want MIN or MIN:MAX in seconds, MIN not above MAX`, ""},
	{"--backoff|:1|prog", `option --backoff: ":1" is wrong: want MIN or MIN:MAX in seconds, MIN not above MAX`, ""},
	{"--backoff|1:|prog", `option --backoff: "1:" is wrong: want MIN or MIN:MAX in seconds, MIN not above MAX`, ""},
	{"--backoff|1:2:3|prog", `option --backoff: "1:2:3" is wrong: want MIN or MIN:MAX in seconds, MIN not above MAX`, ""},
	{"--max-failures|5|prog", `option --max-failures: "5" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
	{"--max-failures|0/5|prog", `option --max-failures: "0/5" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
	{"--max-failures|10001/5|prog", `option --max-failures: "10001/5" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
	{"--max-failures|5/0|prog", `option --max-failures: "5/0" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
	{"--max-failures|5/|prog", `option --max-failures: "5/" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
	{"--kill-spec|TREM|prog", `option --kill-spec: "TREM" is wrong: want signals with seconds of grace, as in "TERM/10 KILL" (not a kill specification: unknown signal "TREM")`, ""},
	{"--kill-spec||prog", `option --kill-spec: "" is wrong: want signals with seconds of grace, as in "TERM/10 KILL" (not a kill specification: no signal in "")`, ""},
	{"--ready|soon|prog", `option --ready: "soon" is wrong: want ` + readiness.Accepted, ""},
	{"--ready|fd:2|prog", `option --ready: "fd:2" is wrong: want fd:N with N from 3 to 255`, ""},
	{"--stdin||prog", `option --stdin: "" is wrong: want a file, null, syslog or inherit`, ""},
	{"--stdout||prog", `option --stdout: "" is wrong: want a file, null, syslog or inherit`, ""},
	{"--stderr=|prog", `option --stderr: "" is wrong: want a file, null, syslog or inherit`, ""},
	{"--umask|8|prog", `option --umask: "8" is wrong: want an octal number from 0 to 777`, ""},
	{"--umask|1000|prog", `option --umask: "1000" is wrong: want an octal number from 0 to 777`, ""},
	{"--umask|-1|prog", `option --umask: "-1" is wrong: want an octal number from 0 to 777`, ""},
	{"--env|A|prog", `option --env: "A" is wrong: want NAME=VALUE`, ""},
	{"--env|=x|prog", `option --env: "=x" is wrong: want NAME=VALUE`, ""},
	{"--nice|20|prog", `option --nice: "20" is wrong: want a whole number from -20 to 19`, ""},
	{"--nice|-21|prog", `option --nice: "-21" is wrong: want a whole number from -20 to 19`, ""},
	{"--oom-score-adj|1001|prog", `option --oom-score-adj: "1001" is wrong: want a whole number from -1000 to 1000`, ""},
	{"--rlimit|nofile=2:1|prog", `option --rlimit: "nofile=2:1" is wrong: SOFT must not be above HARD`, ""},
	{"--user|nosuchuser|prog", `option --user: no user "nosuchuser" in /etc/passwd`, ""},
	{"--group|nosuchgroup|prog", `option --group: no group "nosuchgroup" in /etc/group`, ""},
	{"--user|root|--group|nosuchgroup|prog", `option --group: no group "nosuchgroup" in /etc/group`, ""},

	// Combinations that mean nothing.
	{"--status|--quit|--pidfile|x", "options --status and --quit exclude each other", ""},
	{"--status", "option --status needs --pidfile", ""},
	{"--quit", "option --quit needs --pidfile", ""},
	{"--pidfile|x|--status|prog", `option --status takes no command, but "prog" was given`, ""},
	{"--pidfile|x|--quit|prog", `option --quit takes no command, but "prog" was given`, ""},
	{"--pidfile|x|--status|--daemon", "option --daemon has no meaning with --status", ""},
	{"--pidfile|x|--quit|--json", "option --json has no meaning with --quit", ""},
	{"--pidfile|x|--status|--kill-spec|KILL", "option --kill-spec has no meaning with --status", ""},
	{"--pidfile|x|--quit|-c|1", "option --count has no meaning with --quit", ""},
	{"--json|prog", "option --json goes with --status", ""},
	{"--max-failures|1/1|prog", "option --max-failures goes with --restart on-failure or always: without, the first failure ends the loop", ""},
	{"--backoff|1|--restart|on-success|prog", "option --backoff goes with --restart on-failure or always: without, the first failure ends the loop", ""},
	{"--survivors|stop|prog", "option --survivors needs --pidfile: survivors are found by it", ""},
	{"--ready-timeout|5|prog", "option --ready-timeout goes with --ready other than exec", ""},
	{"--stdin|syslog|prog", `option --stdin: "syslog" is wrong: want a file to read, null or inherit`, ""},
	{"--pidfile|x|--survivors|adopt|--stderr|syslog|prog", "options --survivors adopt and --stderr syslog exclude each other: svloop carries that output, so the program could not outlive it", ""},
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range refused {
		o, err := parse(words(test.args))
		var wrong *usageError
		if !errors.As(err, &wrong) || o != nil {
			t.Errorf("%q: %+v, %v; want %s", test.args, o, err, test.want)
		} else if wrong.text != test.want || wrong.hint != test.hint {
			t.Errorf("%q: %s (hint %q); want %s (hint %q)", test.args, wrong.text, wrong.hint, test.want, test.hint)
		}
	}
}

func TestLongDashes(t *testing.T) {
	t.Parallel()
	tests := []struct{ args, want string }{
		{"-daemon|prog|-daemon", "--daemon|prog|-daemon"},
		{"-pidfile|-daemon|-daemon|x", "--pidfile|-daemon|--daemon|x"}, // the second word is a value
		{"-pidfile=-daemon|-daemon", "--pidfile=-daemon|--daemon"},
		{"-c|-daemon|-daemon", "-c|-daemon|--daemon"},
		{"-c1|-daemon", "-c1|--daemon"},
		{"-d|-daemon", "-d|--daemon"},
		{"--|-daemon", "--|-daemon"},
		{"-|-daemon", "-|-daemon"},
		{"--debug|-daemon", "--debug|--daemon"},
		{"-unknown|-daemon", "-unknown|--daemon"},
		{"-pidfile", "--pidfile"},
		{"|-daemon", "|-daemon"},
	}
	for _, test := range tests {
		args := strings.Split(test.args, "|")
		before := slices.Clone(args)
		got := longDashes(defaults().flags(), args)
		if !slices.Equal(got, strings.Split(test.want, "|")) {
			t.Errorf("%q: %q, want %q", test.args, got, test.want)
		}
		if !slices.Equal(args, before) {
			t.Errorf("%q: the arguments were changed to %q", test.args, args)
		}
	}
}

// Every option has a row in both tables.
func TestEveryOptionIsTested(t *testing.T) {
	t.Parallel()
	var good, bad strings.Builder
	for _, test := range accepted {
		fmt.Fprintf(&good, "|%s|", test.args)
	}
	for _, test := range refused {
		fmt.Fprintf(&bad, "|%s|", test.args)
	}
	elsewhere := []string{"kill-spec", "user", "group", "status", "quit", "json"} // which have tests of their own
	switches := []string{"daemon", "debug", "clear-env", "no-new-privs", "status", "quit", "json"}
	visit := func(name, short string) {
		in := func(text string) bool {
			return strings.Contains(text, "|--"+name+"|") || strings.Contains(text, "|--"+name+"=") ||
				short != "" && strings.Contains(text, "|-"+short)
		}
		if !in(good.String()) && !slices.Contains(elsewhere, name) {
			t.Errorf("no accepted value of --%s is tested", name)
		}
		if !in(bad.String()) && !slices.Contains(switches, name) {
			t.Errorf("no refused value of --%s is tested", name)
		}
	}
	for name, short := range optionNames() {
		visit(name, short)
	}
}
