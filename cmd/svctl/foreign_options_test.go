package main

import (
	"strings"
	"testing"
)

// TestForeignOptions answers options of other tools, and values in a word of their own, with
// what svctl has for the purpose. The exit status is that of the mistake.
func TestForeignOptions(t *testing.T) {
	t.Parallel()
	dir, conf := writeConf(t, inState("web", 0, "running")+"<entry>\ntype = supervisor\nname = group\n<children>\n"+inState("db", 0, "running")+"</children>\n</entry>\n")
	const missing = `no service "%" in the configuration`
	for _, test := range []struct{ line, text, hint string }{
		{"signal -HUP web", `unknown option -H in "-HUP"`, "use: svctl signal HUP web"},
		{"signal web db -SIGUSR1", `unknown option -S in "-SIGUSR1"`, "use: svctl signal USR1 web db"},
		{"signal -9 web", "unknown option -9", "use: svctl signal KILL web"},
		{"signal -s HUP web", "unknown option -s", useSignal},
		{"signal --signal=HUP web", "unknown option --signal", useSignal},
		{"kill -HUP web", `unknown action "kill"`, "use: svctl signal HUP web"},
		{"kill web", `unknown action "kill"`, "use: svctl signal TERM web"},
		{"enable --now web", `unknown action "enable"`, "use: svctl export systemd --install web"},
		{"status -w", "option --warning needs a value: want RANGE or RANGE/SECONDS, such as 5, @1:5 or 5/3600", "use --watch"},
		{"status -w 5", "option --warning has no meaning with status", "use --watch"},
		{"start -w 5", "option --warning has no meaning with start", "try svctl --help"},
		{"check -w x", `option --warning: "x" is wrong: want RANGE or RANGE/SECONDS, such as 5, @1:5 or 5/3600`, "try svctl --help"},
		{"status -f", "option --follow has no meaning with status", "use --watch"},
		{"-f a.conf status", `unknown action "a.conf"`, useConf},
		{"-c a.conf status", `option --critical: "a.conf" is wrong: want RANGE or RANGE/SECONDS, such as 5, @1:5 or 5/3600`, useConf},
		{"status --output=json", "option --output has no meaning with status", useJSON},
		{"status -o json", "unknown option -o", useJSON},
		{"metrics -o f", "unknown option -o", "use --output FILE"},
		{"status -l web", "unknown option -l", useJSON},
		{"show -p MainPID web", "unknown option -p", useJSON},
		{"logs --format json", "unknown option --format", "try svctl --help"},
		{"stop --all", "unknown option --all", noNames},
		{"-v status", "unknown option -v", useDebug},
		{"-V", "unknown option -V", "use --version"},
		{"status --no-pager", "unknown option --no-pager", "only --manual uses a pager"},
		{"stop --timeout 5 web", "option --timeout has no meaning with stop", ownLimit},
		{"restart --no-block web", "unknown option --no-block", returns},
		{"start --check web", "unknown option --check", useDryRun},
		{"status --check web", "unknown option --check", "try svctl --help"},
		{"wait --state running", "unknown option --state", "use --for STATE"},
		{"logs -5 web", "unknown option -5", useLines},
		{"logs --tail 5 web", "unknown option --tail", useLines},
		{"logs -F web", "unknown option -F", "-f follows rotated files, too"},
		{"logs -u web", "unknown option -u", "services are named without an option"},
		{"--watch 5 status", `unknown action "5"`, "use --watch=5"},
		{"--color never status", `unknown action "never"`, "use --color=never"},
		{"dry-run start", `unknown action "dry-run"`, "use: svctl --dry-run start"},
		{"supervise stop", "supervise takes no names: it supervises all services of the configuration", "use: svctl supervise --quit"},
		{"supervise start", "supervise takes no names: it supervises all services of the configuration", "use: svctl supervise --daemon"},
		{"supervise status", "supervise takes no names: it supervises all services of the configuration", "use: svctl supervise --status"},
		{"supervise web", "supervise takes no names: it supervises all services of the configuration", "try svctl --help"},
	} {
		want := answer{stderr: "svctl: " + test.text + "\nsvctl: hint: " + test.hint + "\n", code: 2}
		wantAnswer(t, dir, want, strings.Fields(test.line)...)
	}
	for _, test := range []struct {
		line, name, hint string
		code             int
	}{
		{"status --watch 5", "5", "use --watch=5", 4},
		{"status --color never", "never", "use --color=never", 4},
		{"stop --color auto web", "auto", "use --color=auto", 6},
		{"start web.service", "web.service", `did you mean "web"?`, 6},
		{"status group:*", "", "", 4},
	} {
		args := append([]string{"--conf", conf}, strings.Fields(test.line)...)
		want := answer{stderr: "svctl: " + strings.ReplaceAll(missing, "%", test.name) + "\nsvctl: hint: " + test.hint + "\n", code: test.code}
		if test.name == "" {
			want.stderr = "svctl: no service in the configuration matches \"group:*\"\nsvctl: hint: did you mean \"group\"?\n"
		}
		wantAnswer(t, dir, want, args...)
	}
}

// TestForeignOptionsExist names only options that exist.
func TestForeignOptionsExist(t *testing.T) {
	t.Parallel()
	flags := new(options).flags()
	for key, h := range foreignOptions {
		if name := hintedOption(h); name != "" && flags.Lookup(name) == nil {
			t.Errorf("%q: there is no option --%s", key, name)
		}
	}
}
