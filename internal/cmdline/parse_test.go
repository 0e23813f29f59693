package cmdline

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

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/usageerror"
)

func pointer(n int) *int { return &n }

// The accepted values, and the fields that they set.
var accepted = []struct {
	args string // separated by a bar
	set  func(*Options)
}{
	{"", func(*Options) {}},
	{"--daemon", func(o *Options) { o.Daemon = true }},
	{"--daemon=false", func(*Options) {}},
	{"--debug", func(o *Options) { o.Debug = true }},
	{"-d", func(o *Options) { o.Debug = true }},
	{"--pidfile|x.pid", func(o *Options) { o.Pidfile = "x.pid" }},
	{"--pidfile=/run/a b.pid", func(o *Options) { o.Pidfile = "/run/a b.pid" }},

	{"--count|3", func(o *Options) { o.Count = 3 }},
	{"-c|0", func(o *Options) { o.Count = 0 }},
	{"-c2147483647", func(o *Options) { o.Count = math.MaxInt32 }},
	{"-c=010", func(o *Options) { o.Count = 10 }}, // not an octal number
	{"--sleep|1.5", func(o *Options) { o.Sleep = 1500 * time.Millisecond }},
	{"-s0", func(*Options) {}},
	{"-s|.001", func(o *Options) { o.Sleep = time.Millisecond }},
	{"-s|1.001", func(o *Options) { o.Sleep = 1001 * time.Millisecond }},
	{"-s|1e9", func(o *Options) { o.Sleep = 1e9 * time.Second }},
	{"--restart|on-success", func(*Options) {}},
	{"--restart|on-failure", func(o *Options) { o.Restart = OnFailure }},
	{"--restart|always", func(o *Options) { o.Restart = Always }},
	{"--restart|always|--backoff|2", func(o *Options) { o.Restart, o.BackoffMin = Always, 2*time.Second }},
	{"--restart|always|--backoff|90", func(o *Options) {
		o.Restart, o.BackoffMin, o.BackoffMax = Always, 90*time.Second, 90*time.Second
	}},
	{"--restart|always|--backoff|1:2|--backoff|1", func(o *Options) { o.Restart, o.BackoffMin = Always, time.Second }},
	{"--restart|always|--backoff|0.5:30", func(o *Options) {
		o.Restart, o.BackoffMin, o.BackoffMax = Always, 500*time.Millisecond, 30*time.Second
	}},
	{"--restart|always|--backoff|1:1", func(o *Options) {
		o.Restart, o.BackoffMin, o.BackoffMax = Always, time.Second, time.Second
	}},
	{"--restart|on-failure|--max-failures|5/60", func(o *Options) {
		o.Restart, o.MaxFailures, o.Within = OnFailure, 5, time.Minute
	}},
	{"--restart|on-failure|--max-failures|10000/0.5", func(o *Options) {
		o.Restart, o.MaxFailures, o.Within = OnFailure, 10000, 500*time.Millisecond
	}},
	{"--timeout|0.1", func(o *Options) { o.Timeout = 100 * time.Millisecond }},
	{"--watchdog|30", func(o *Options) { o.Watchdog = 30 * time.Second }},
	{"--ready|notify|--ready-timeout|5", func(o *Options) {
		o.Ready, o.ReadyTimeout = readiness.Method{Kind: readiness.Notify}, 5*time.Second
	}},
	{"--ready|fd:4", func(o *Options) { o.Ready = readiness.Method{Kind: readiness.FD, FD: 4} }},
	{"--pidfile|x|--survivors|adopt", func(o *Options) { o.Pidfile, o.Survivors = "x", AdoptSurvivors }},
	{"--pidfile|x|--survivors|refuse", func(o *Options) { o.Pidfile, o.Survivors = "x", RefuseSurvivors }},
	{"--pidfile|x|--survivors|stop", func(o *Options) { o.Pidfile = "x" }},

	{"--stdin|in|--stdout|null|--stderr|inherit", func(o *Options) {
		o.Streams = [3]Stream{{StreamFile, "in"}, {Kind: StreamNull}, {Kind: StreamInherit}}
	}},
	{"--stdout|syslog|--stderr|./null", func(o *Options) {
		o.Streams = [3]Stream{{}, {Kind: StreamSyslog}, {StreamFile, "./null"}}
	}},
	{"--stdout|x|--rotate|10M", func(o *Options) { o.Streams[1], o.Rotate = Stream{StreamFile, "x"}, Rotation{10 << 20, 5} }},
	{"--stderr|x|--rotate|2g:1", func(o *Options) { o.Streams[2], o.Rotate = Stream{StreamFile, "x"}, Rotation{2 << 30, 1} }},
	{"--stderr|x|--rotate|1k:999", func(o *Options) { o.Streams[2], o.Rotate = Stream{StreamFile, "x"}, Rotation{1 << 10, 999} }},
	{"--stderr|x|--rotate|1500|--log|x.1000", func(o *Options) {
		o.Streams[2], o.Rotate, o.Log = Stream{StreamFile, "x"}, Rotation{1500, 5}, "x.1000"
	}},
	{"--stdout|syslog|--stderr|x|--timestamps", func(o *Options) {
		o.Streams, o.Timestamps = [3]Stream{1: {Kind: StreamSyslog}, 2: {StreamFile, "x"}}, true
	}},
	{"--log|x.log", func(o *Options) { o.Log = "x.log" }},

	{"--umask|027", func(o *Options) { o.Setup.Umask = pointer(0o27) }},
	{"--umask|0", func(o *Options) { o.Setup.Umask = pointer(0) }},
	{"--umask|777", func(o *Options) { o.Setup.Umask = pointer(0o777) }},
	{"--chdir|/tmp", func(o *Options) { o.Chdir = "/tmp" }},
	{"--chroot|/srv", func(o *Options) { o.Setup.Root = "/srv" }},
	{"--group|www", func(o *Options) { o.Groups = []string{"www"} }},
	{"--group|www,adm|--group|audio,8", func(o *Options) { o.Groups = []string{"www", "adm", "audio", "8"} }},
	{"--group|,adm", func(o *Options) { o.Groups = []string{"", "adm"} }},
	{"--env|A=1|--env|B=|--env|C=x=y", func(o *Options) { o.Env = []string{"A=1", "B=", "C=x=y"} }},
	{"--env-file|env", func(o *Options) { o.EnvFile = "env" }},
	{"--env-file|-/etc/env", func(o *Options) { o.EnvFile, o.EnvFileOptional = "/etc/env", true }},
	{"--env-file=--x|--env-file|./-x", func(o *Options) { o.EnvFile = "./-x" }},
	{"--clear-env", func(o *Options) { o.ClearEnv = true }},
	{"--nice|-20", func(o *Options) { o.Setup.Nice = pointer(-20) }},
	{"--nice=19", func(o *Options) { o.Setup.Nice = pointer(19) }},
	{"--rlimit|nofile=10|--rlimit|core=0:unlimited", func(o *Options) {
		o.Setup.Rlimits = []spawn.Rlimit{{Name: "nofile", Soft: 10, Hard: 10}, {Name: "core", Hard: math.MaxUint64}}
	}},
	{"--oom-score-adj|-1000", func(o *Options) { o.Setup.OOMScoreAdj = pointer(-1000) }},
	{"--oom-score-adj|1000", func(o *Options) { o.Setup.OOMScoreAdj = pointer(1000) }},
	{"--no-new-privs", func(o *Options) { o.Setup.NoNewPrivs = true }},

	// If an option is repeated, the last one counts.
	{"-c|1|-c|2", func(o *Options) { o.Count = 2 }},
	{"--stdout|x|--stdout|null", func(o *Options) { o.Streams[1] = Stream{Kind: StreamNull} }},

	// The spellings of simplevisor-loop.
	{"-daemon|-pidfile|x|-count|1", func(o *Options) { o.Daemon, o.Pidfile, o.Count = true, "x", 1 }},
	{"-pidfile=x|-sleep=2|-debug", func(o *Options) { o.Pidfile, o.Sleep, o.Debug = "x", 2*time.Second, true }},
	{"-c|1|-s|2|-d", func(o *Options) { o.Count, o.Sleep, o.Debug = 1, 2*time.Second, true }},
	{"-c|+1|--s|+1.5|--d", func(o *Options) { o.Count, o.Sleep, o.Debug = 1, 1500*time.Millisecond, true }},
	{"--c=+2|--s=.5", func(o *Options) { o.Count, o.Sleep = 2, 500*time.Millisecond }},
	{"--cou|1|--sl|1|--de|--da|--p|x", func(o *Options) {
		o.Count, o.Sleep, o.Debug, o.Daemon, o.Pidfile = 1, time.Second, true, true, "x"
	}},
	{"-coun=1|-sl|1|-deb|-daem|-pid=--sl", func(o *Options) {
		o.Count, o.Sleep, o.Debug, o.Daemon, o.Pidfile = 1, time.Second, true, true, "--sl"
	}},
	{"-dc1", func(o *Options) { o.Debug, o.Count = true, 1 }},
	{"--", func(*Options) {}},
	{"-d|--", func(o *Options) { o.Debug = true }},
}

func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "|")
}

func TestParse(t *testing.T) {
	t.Parallel()
	// The command keeps its own options, in any form.
	command := []string{"prog", "-c", "5", "--daemon", "--", "-x"}
	for _, test := range accepted {
		want := Defaults()
		test.set(want)
		want.Command = command
		got, err := Parse(append(words(test.args), command...))
		if err != nil {
			t.Errorf("%q: %v", test.args, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", test.args, got, want)
		}
	}
}

func TestParseKillSpec(t *testing.T) {
	t.Parallel()
	o, err := Parse([]string{"--kill-spec", "sigterm/10 kill", "prog"})
	if err != nil || o.KillSpec.String() != "TERM/10 KILL" {
		t.Errorf("%v, %v", o, err)
	}
	if o, err = Parse([]string{"prog"}); err != nil || o.KillSpec != nil {
		t.Errorf("without one: %v, %v", o, err)
	}
}

func TestParseIdentity(t *testing.T) {
	t.Parallel()
	nobody, err := user.Lookup("nobody")
	check(t, err)
	o, err := Parse([]string{"--user", "nobody", "--group", "root,54321", "--group", "54322", "prog"})
	check(t, err)
	check(t, o.Identify())
	if id := o.Setup.Identity; strconv.Itoa(id.UID) != nobody.Uid || id.GID != 0 || id.Name != "nobody" ||
		!slices.Contains(id.Groups, 54321) || !slices.Contains(id.Groups, 54322) {
		t.Errorf("identity %+v", id)
	}
}

func TestParseQuestions(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"--help", "-h", "-?", "--?", "--h=true", "--manual", "-m", "-manual", "--version",
		"--help|prog", "--help|--status", "--version|--quit|prog", // other options are ignored
		"--pidfile|x|--status", "--status|--json|--pidfile|x", "--status|-d|--pidfile|x",
		"--stat|--pid|x", "--h", "--m", "--he", "-st|-p|x", "-q|--p=x", // abbreviated
		"--pidfile|x|--quit", "-quit|-pidfile|x|--kill-spec|KILL", "--quit|-d|--pidfile|x|--",
	} {
		o, err := Parse(words(args))
		if err != nil {
			t.Errorf("%q: %v", args, err)
			continue
		}
		if !o.Help && !o.Manual && !o.Version && !o.Status && !o.Quit {
			t.Errorf("%q asks nothing: %+v", args, o)
		}
	}
}

const (
	wantSize  = "want SIZE or SIZE:KEEP with a SIZE of at least 1K, as in 10M, and a KEEP from 1 to 999"
	wantSecs  = "want a number of seconds up to 1e9"
	wantMore  = wantSecs + ", above 0"
	wantGroup = "want the name or number of a group, or several with commas between them"
	wantN     = "want a whole number of runs up to 2147483647, 0 for no limit"
)

// The rejected values, and the message for each.
var refused = []struct{ args, want, hint string }{
	{"", "no command given: want [OPTIONS] COMMAND [ARG...], see --help", ""},
	{"-d", "no command given: want [OPTIONS] COMMAND [ARG...], see --help", ""},
	{"--", "no command given: want [OPTIONS] COMMAND [ARG...], see --help", ""},
	{"--help=false", "no command given: want [OPTIONS] COMMAND [ARG...], see --help", ""},
	{"--|", "the command is an empty string", ""},

	{"--pidfle|x|prog", "unknown option --pidfle", "did you mean --pidfile?"},
	{"--pidfle=x|prog", "unknown option --pidfle", "did you mean --pidfile?"},
	{"-pidfle|x|prog", `unknown option -p in "-pidfle"`, "did you mean --pidfile?"},
	{"--xyzzy|prog", "unknown option --xyzzy, see --help", ""},
	{"-x|prog", "unknown option -x, see --help", ""},
	{"--ki|KILL|prog", "unknown option --ki, see --help", ""}, // new options have no abbreviations
	{"--ready-tim|1|prog", "unknown option --ready-tim, see --help", ""},
	{"--s", "option --sleep needs a value: want a number of seconds up to 1e9", ""},
	{"---c|1|prog", `"---c" is not an option`, ""},
	{"--c|++1|prog", `option --count: "++1" is wrong: ` + wantN, ""},
	{"-s|+-1|prog", `option --sleep: "+-1" is wrong: ` + wantSecs, ""},
	{"-dx|prog", "unknown option -x, see --help", ""},
	{"--=x|prog", `"--=x" is not an option`, ""},
	{"---daemon|prog", `"---daemon" is not an option`, ""},
	{"--count", "option --count needs a value: want a whole number of runs up to 2147483647, 0 for no limit", ""},
	{"-c", "option --count needs a value: want a whole number of runs up to 2147483647, 0 for no limit", ""},
	{"-pidfile", "option --pidfile needs a value: want a path", ""},
	{"--daemon=maybe|prog", `option --daemon: "maybe" is wrong: want true or false`, ""},

	{"--pidfile=|prog", `option --pidfile: "" is wrong: want a path`, ""},
	{"--log||prog", `option --log: "" is wrong: want a path`, ""},
	{"--chdir||prog", `option --chdir: "" is wrong: want a path`, ""},
	{"--chroot||prog", `option --chroot: "" is wrong: want a path`, ""},
	{"--env-file|-|prog", `option --env-file: "-" is wrong: want a path`, ""},
	{"--env-file||prog", `option --env-file: "" is wrong: want a path`, ""},
	{"--user||prog", `option --user: "" is wrong: want the name or number of a user`, ""},
	{"--group||prog", `option --group: "" is wrong: ` + wantGroup, ""},
	{"--group|a,,b|prog", `option --group: "a,,b" is wrong: ` + wantGroup, ""},
	{"--group|,|prog", `option --group: "," is wrong: ` + wantGroup, ""},
	{"--group|a,|prog", `option --group: "a," is wrong: ` + wantGroup, ""},
	{"--group|a|--group|,b|prog", `option --group: ",b" is wrong: ` + wantGroup, ""},
	{"--group|root,nosuchgroup|prog", `option --group: no group "nosuchgroup" in /etc/group`, ""},

	{"--count||prog", `option --count: "" is wrong: ` + wantN, ""},
	{"--count|-1|prog", `option --count: "-1" is wrong: ` + wantN, ""},
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
	{"-c|-0|prog", `option --count: "-0" is wrong: want a whole number of runs up to 2147483647, 0 for no limit`, ""},
	{"-s|-0|prog", `option --sleep: "-0" is wrong: ` + wantSecs, ""},
	{"--max-failures|+3/10|prog", `option --max-failures: "+3/10" is wrong: want N/SECONDS with N from 1 to 10000`, ""},
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
	{"--stdin||prog", `option --stdin: "" is wrong: want a file to read, null or inherit`, ""},
	{"--stdout||prog", `option --stdout: "" is wrong: want a file, null, syslog or inherit`, ""},
	{"--stderr=|prog", `option --stderr: "" is wrong: want a file, null, syslog or inherit`, ""},
	{"--rotate||prog", `option --rotate: "" is wrong: ` + wantSize, ""},
	{"--rotate|M|prog", `option --rotate: "M" is wrong: ` + wantSize, ""},
	{"--rotate|1|prog", `option --rotate: "1" is wrong: ` + wantSize, ""},
	{"--rotate|1023|prog", `option --rotate: "1023" is wrong: ` + wantSize, ""},
	{"--rotate|-1M|prog", `option --rotate: "-1M" is wrong: ` + wantSize, ""},
	{"--rotate|+10M|prog", `option --rotate: "+10M" is wrong: ` + wantSize, ""},
	{"--rotate|10MB|prog", `option --rotate: "10MB" is wrong: ` + wantSize, ""},
	{"--rotate|10M:|prog", `option --rotate: "10M:" is wrong: ` + wantSize, ""},
	{"--rotate|10M:0|prog", `option --rotate: "10M:0" is wrong: ` + wantSize, ""},
	{"--rotate|10M:1000|prog", `option --rotate: "10M:1000" is wrong: ` + wantSize, ""},
	{"--rotate|10M:+1|prog", `option --rotate: "10M:+1" is wrong: ` + wantSize, ""},
	{"--rotate|10M:1:2|prog", `option --rotate: "10M:1:2" is wrong: ` + wantSize, ""},
	{"--rotate|0x10K|prog", `option --rotate: "0x10K" is wrong: ` + wantSize, ""},
	{"--rotate|9999999G|prog", `option --rotate: "9999999G" is wrong: ` + wantSize, ""},
	{"--rotate|1.5M|prog", `option --rotate: "1.5M" is wrong: ` + wantSize, ""},
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

	// Combinations without a meaning.
	{"--status", "option --status needs --pidfile", ""},
	{"--status|--quit", "option --quit needs --pidfile", ""},
	{"--status|-x|--pidfile|x", "unknown option -x, see --help", ""},
	{"--pidfile|x|--status|-c|x", `option --count: "x" is wrong: ` + wantN, ""},
	{"--quit", "option --quit needs --pidfile", ""},
	{"--json|prog", "option --json needs --status", ""},
	{"--rotate|1M|prog", "option --rotate needs --stdout FILE or --stderr FILE", ""},
	{"--rotate|1M|--stdout|null|--stderr|inherit|prog", "option --rotate needs --stdout FILE or --stderr FILE", ""},
	{"--timestamps|--stdin|x|prog", "option --timestamps needs --stdout FILE or --stderr FILE", ""},
	{"--timestamps|--stdout|syslog|prog", "option --timestamps needs --stdout FILE or --stderr FILE: syslog adds the time itself, and rotates its own files", ""},
	{"--rotate|1M|--stdout|x|--pidfile|p|--survivors|adopt|prog", "options --survivors adopt and --rotate cannot be combined: svloop copies that output, so the program could not outlive svloop", ""},
	{"--timestamps|--stdout|x|--pidfile|p|--survivors|adopt|prog", "options --survivors adopt and --timestamps cannot be combined: svloop copies that output, so the program could not outlive svloop", ""},
	{"--rotate|1M|--stdout|x|--log|./x|prog", `option --rotate: "x" is also the file of --log, and messages of svloop are not rotated`, ""},
	{"--rotate|1M|--stdout|x|--stderr|./x.2|prog", `option --rotate: the file "./x.2" of --stderr has the name of a rotated file of "x"`, ""},
	{"--rotate|1M|--stdout|x|--pidfile|x.999|prog", `option --rotate: the file "x.999" of --pidfile has the name of a rotated file of "x"`, ""},
	{"--max-failures|1/1|prog", "option --max-failures needs --restart on-failure or always: otherwise the first failure stops the loop", ""},
	{"--backoff|1|--restart|on-success|prog", "option --backoff needs --restart on-failure or always: otherwise the first failure stops the loop", ""},
	{"--survivors|stop|prog", "option --survivors needs --pidfile, which identifies survivors", ""},
	{"--ready-timeout|5|prog", "option --ready-timeout needs another --ready than exec", ""},
	{"--pidfile|x|--log|./x|prog", `options --pidfile and --log name the same file "x"`, ""},
	{"--pidfile|/r/x|--stdout|/r//x|prog", `options --pidfile and --stdout name the same file "/r/x"`, ""},
	{"--pidfile|x|--stderr|x|prog", `options --pidfile and --stderr name the same file "x"`, ""},
	{"--stdin|syslog|prog", `option --stdin: "syslog" is wrong: want a file to read, null or inherit`, ""},
	{"--pidfile|x|--survivors|adopt|--stderr|syslog|prog", "options --survivors adopt and --stderr syslog cannot be combined: svloop copies that output, so the program could not outlive svloop", ""},
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range refused {
		o, err := Parse(words(test.args))
		if o != nil {
			err = o.Identify()
		}
		var wrong *usageerror.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%q: %+v, %v; want %s", test.args, o, err, test.want)
		} else if wrong.Text != test.want || wrong.Hint != test.hint {
			t.Errorf("%q: %s (hint %q); want %s (hint %q)", test.args, wrong.Text, wrong.Hint, test.want, test.hint)
		}
	}
}

// TestParseQuestionsIgnoreTheRest: as in simplevisor-loop, --quit has precedence.
func TestParseQuestionsIgnoreTheRest(t *testing.T) {
	t.Parallel()
	for args, quit := range map[string]bool{
		"--pidfile|x|--status|prog|--quit":                           false,
		"--daemon|-c|1|-s|2|--pidfile|x|--status":                    false,
		"--status|--pidfile|x|--|prog|-c|5":                          false,
		"--status|--pidfile|x|--kill-spec|KILL|":                     false,
		"--status|--pidfile|x|--log|x|--user|nosuchuser":             false,
		"--status|--pidfile|x|--backoff|1|--ready-timeout|5":         false,
		"--pidfile|x|--quit|prog":                                    true,
		"--pidfile|x|--quit|--json|-c|1|--daemon|prog":               true,
		"--pidfile|x|--quit|--survivors|adopt|--stderr|syslog|-d":    true,
		"--status|--quit|--pidfile|x":                                true,
		"--quit|--status|--json|--pidfile|x|--max-failures|1/1|prog": true,
	} {
		o, err := Parse(words(args))
		if err == nil {
			err = o.Identify()
		}
		if err != nil || o.Quit != quit || o.Status == quit || o.Command != nil || o.Setup.Identity != nil {
			t.Errorf("%q: %+v, %v", args, o, err)
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
	elsewhere := []string{"kill-spec", "user", "group", "status", "quit", "json"} // options with tests of their own
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
