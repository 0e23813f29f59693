package main

import (
	"reflect"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		set  func(o *options)
	}{
		{[]string{"status"}, func(o *options) {}},
		{[]string{"status", "a", "b/c"}, func(o *options) { o.args = []string{"a", "b/c"} }},
		{[]string{"--conf", "x", "status"}, func(o *options) { o.conf = "x" }},
		{[]string{"status", "--conf=x", "a"}, func(o *options) { o.conf, o.args = "x", []string{"a"} }},
		{[]string{"--conftype", "json", "status"}, func(o *options) { o.conftype = "json" }},
		{[]string{"--json", "status"}, func(o *options) { o.json = true }},
		{[]string{"--color", "status"}, func(o *options) { o.colour = "always" }},
		{[]string{"status", "--color=never"}, func(o *options) { o.colour = "never" }},
		{[]string{"-n", "5", "logs", "a"}, func(o *options) {
			lines := 5
			o.action, o.args, o.showing.lines = "logs", []string{"a"}, &lines
		}},
		{[]string{"-fn", "5", "logs"}, func(o *options) {
			lines := 5
			o.action, o.showing = "logs", logsOptions{follow: true, lines: &lines}
		}},
		{[]string{"-n", "stop"}, func(o *options) { o.action, o.dryRun = "stop", true }},
		{[]string{"stop", "a", "--dry-run"}, func(o *options) { o.action, o.args, o.dryRun = "stop", []string{"a"}, true }},
		{[]string{"status", "--watch"}, func(o *options) { o.reporting.watch = 2 * time.Second }},
		{[]string{"status", "--watch=0.5", "a"}, func(o *options) { o.reporting.watch, o.args = time.Second/2, []string{"a"} }},
		{[]string{"status", "--failed"}, func(o *options) { o.reporting.failed = true }},
		{[]string{"stop", "-q", "--fail-fast"}, func(o *options) { o.action, o.acts = "stop", actOptions{failFast: true, quiet: true} }},
		{[]string{"wait", "--for", "stopped", "-t", "1.5"}, func(o *options) {
			o.action, o.waiting.state, o.timeout = "wait", waitStopped, 1500*time.Millisecond
		}},
		{[]string{"signal", "SIGHUP", "a", "b"}, func(o *options) {
			o.action, o.signalling.signal, o.args = "signal", syscall.SIGHUP, []string{"a", "b"}
		}},
		{[]string{"signal", "9", "--", "-a"}, func(o *options) {
			o.action, o.signalling.signal, o.args = "signal", syscall.SIGKILL, []string{"-a"}
		}},
		{[]string{"list", "--names"}, func(o *options) { o.action, o.listing.names = "list", true }},
		{[]string{"-j", "1", "status"}, func(o *options) { o.jobs = 1 }},
		{[]string{"-j1000", "status"}, func(o *options) { o.jobs = 1000 }},
		{[]string{"--jobs=32", "status"}, func(o *options) { o.jobs = 32 }},
		{[]string{"--log", "file", "--logfile", "f", "--loglevel", "Debug", "--logname", "n", "status"}, func(o *options) {
			o.settings = servicedef.Settings{Log: "file", LogFile: "f", LogLevel: "Debug", LogName: "n"}
		}},
		{[]string{"--log", "file", "status"}, func(o *options) { o.settings.Log = "file" }}, // the configuration may name the file
		{[]string{"--logfile", "f", "status"}, func(o *options) { o.settings.LogFile = "f" }},
		{[]string{"status", "--", "--json"}, func(o *options) { o.args = []string{"--json"} }},
		{[]string{"-h", "nonsense"}, func(o *options) { o.action, o.help = "", true }},
		{[]string{"--help"}, func(o *options) { o.action, o.help = "", true }},
		{[]string{"-m"}, func(o *options) { o.action, o.manual = "", true }},
		{[]string{"--manual"}, func(o *options) { o.action, o.manual = "", true }},
		{[]string{"--version"}, func(o *options) { o.action, o.version = "", true }},
	} {
		want := &options{conftype: "apache", colour: colourAuto, jobs: defaultJobs, action: "status"}
		test.set(want)
		got, err := parse(test.args)
		if err != nil {
			t.Errorf("%q: %v", test.args, err)
			continue
		}
		if len(got.args) == 0 {
			got.args = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q\ngot  %+v\nwant %+v", test.args, got, want)
		}
	}
}

// TestWrongUsage prints the mistake in one line and a hint in another, and exits with 2.
// The configuration is not read.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	const try = "svctl: hint: try svctl --help\n"
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "svctl: no action given\n" + try},
		{[]string{"--json"}, "svctl: no action given\n" + try},
		{[]string{"sttaus"}, "svctl: unknown action \"sttaus\"\nsvctl: hint: did you mean \"status\"?\n"},
		{[]string{"frobnicate", "a"}, "svctl: unknown action \"frobnicate\"\n" + try},
		{[]string{""}, "svctl: unknown action \"\"\n" + try},
		{[]string{"--cofn", "x", "status"}, "svctl: unknown option --cofn\nsvctl: hint: did you mean --conf?\n"},
		{[]string{"status", "--dryrun"}, "svctl: unknown option --dryrun\nsvctl: hint: did you mean --dry-run?\n"},
		{[]string{"--frobnicate", "status"}, "svctl: unknown option --frobnicate\n" + try},
		{[]string{"-x", "status"}, "svctl: unknown option -x\n" + try},
		{[]string{"status", "--conf"}, "svctl: option --conf needs a value\n" + try},
		{[]string{"status", "-j"}, "svctl: option --jobs needs a value: want a whole number from 1 to 1000\n" + try},
		{[]string{"--conf=", "status"}, "svctl: option --conf: \"\" is wrong: want a value\n" + try},
		{[]string{"--logfile", "", "status"}, "svctl: option --logfile: \"\" is wrong: want a value\n" + try},
		{[]string{"--logname", "", "status"}, "svctl: option --logname: \"\" is wrong: want a value\n" + try},
		{[]string{"--conftype", "xml", "status"}, "svctl: option --conftype: \"xml\" is wrong: want apache or json\n" + try},
		{[]string{"status", "--watch=0"}, "svctl: option --watch: \"0\" is wrong: want a number of seconds from 0.1 to 1000000\n" + try},
		{[]string{"status", "--watch", "--json"}, "svctl: options --json and --watch cannot be combined\n" + try},
		{[]string{"status", "--watch", "-q"}, "svctl: options --quiet and --watch cannot be combined\n" + try},
		{[]string{"check", "--watch"}, "svctl: option --watch has no meaning with check\n" + try},
		{[]string{"--color=red", "status"}, "svctl: option --color: \"red\" is wrong: want auto, always or never\n" + try},
		{[]string{"--color=", "status"}, "svctl: option --color: \"\" is wrong: want auto, always or never\n" + try},
		{[]string{"-j", "0", "status"}, "svctl: option --jobs: \"0\" is wrong: want a whole number from 1 to 1000\n" + try},
		{[]string{"-j", "1001", "status"}, "svctl: option --jobs: \"1001\" is wrong: want a whole number from 1 to 1000\n" + try},
		{[]string{"-j", "many", "status"}, "svctl: option --jobs: \"many\" is wrong: want a whole number from 1 to 1000\n" + try},
		{[]string{"--jobs=1.5", "status"}, "svctl: option --jobs: \"1.5\" is wrong: want a whole number from 1 to 1000\n" + try},
		{[]string{"--log", "paper", "status"}, "svctl: option --log \"paper\" is wrong: want null, file, syslog, stdout\n" + try},
		{[]string{"--loglevel", "loud", "status"}, "svctl: option --loglevel \"loud\" is wrong: want debug, info, warning, error, critical\n" + try},
		{[]string{"-n", "status"}, "svctl: option --dry-run has no meaning with status\n" + try},
		{[]string{"status", "--names"}, "svctl: option --names has no meaning with status\n" + try},
		{[]string{"help", "--json"}, "svctl: option --json has no meaning with help\n" + try},
		{[]string{"list", "-j", "2"}, "svctl: option --jobs has no meaning with list\n" + try},
		{[]string{"completion", "bash", "--json", "-n", "--names", "-j", "2"}, "svctl: option --json has no meaning with completion\n" + try},
		{[]string{"status", "--fail-fast"}, "svctl: option --fail-fast has no meaning with status\n" + try},
		{[]string{"list", "-q"}, "svctl: option --quiet has no meaning with list\n" + try},
		{[]string{"start", "-q", "--json"}, "svctl: options --quiet and --json cannot be combined\n" + try},
		{[]string{"start", "-qn"}, "svctl: options --quiet and --dry-run cannot be combined\n" + try},
		{[]string{"check", "-q", "--json"}, "svctl: options --quiet and --json cannot be combined\n" + try},
		{[]string{"wait", "--for", "ready"}, "svctl: option --for: \"ready\" is wrong: want running, stopped or expected\n" + try},
		{[]string{"wait", "-t", "0"}, "svctl: option --timeout: \"0\" is wrong: want a number of seconds above 0, at most 1000000\n" + try},
		{[]string{"start", "-t", "1"}, "svctl: option --timeout has no meaning with start\nsvctl: hint: the time limit is that of the entry, see timeout in svctl.conf(5)\n"},
		{[]string{"signal"}, "svctl: action signal needs the name of a signal and that of a service, as in: svctl signal HUP web\n" + try},
		{[]string{"signal", "HUP"}, "svctl: action signal needs the name of a signal and that of a service, as in: svctl signal HUP web\n" + try},
		{[]string{"signal", "HUPP", "web"}, "svctl: unknown signal \"HUPP\"\nsvctl: hint: did you mean \"HUP\"?\n"},
		{[]string{"signal", "web", "HUP"}, "svctl: unknown signal \"web\"\nsvctl: hint: use: svctl signal HUP web\n"},
		{[]string{"signal", "0", "web"}, "svctl: unknown signal \"0\"\n" + try},
		{[]string{"--json=maybe", "status"}, "svctl: option --json: \"maybe\" is wrong: want true or false\n" + try},
		{[]string{"completion"}, "svctl: action completion needs the name of a shell: bash, zsh or fish\n" + try},
		{[]string{"completion", "bash", "svloop", "x"}, "svctl: action completion needs the name of a shell: bash, zsh or fish\n" + try},
		{[]string{"completion", "bash", "zsh"}, "svctl: no completion for \"zsh\": want svctl or svloop\n" + try},
		{[]string{"completion", "tcsh"}, "svctl: unknown shell \"tcsh\": want bash, zsh or fish\n" + try},
		{[]string{"completion", "../svctl.bash"}, "svctl: unknown shell \"../svctl.bash\": want bash, zsh or fish\n" + try},
	} {
		for range 3 { // the result never depends on the order of a map
			stdout, stderr, code := svctl(test.args...)
			if stdout != "" || stderr != test.want || code != 2 {
				t.Errorf("%q: got %d, %q and %q, want 2 and %q", test.args, code, stdout, stderr, test.want)
			}
		}
	}
}
