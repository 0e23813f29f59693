package main

import "testing"

// TestDaemonOptions reports mistakes in daemon_options when the configuration is loaded,
// with the entry and in the terms of svloop.
func TestDaemonOptions(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"--restart sometimes":      `option --restart: "sometimes" is wrong: want on-success, on-failure or always`,
		"--retsart always":         "unknown option --retsart (did you mean --restart?)",
		"--backoff 1":              "option --backoff needs --restart on-failure or always: otherwise the first failure stops the loop",
		"--quit":                   "option --quit does not start a program",
		"--status":                 "option --status does not start a program",
		"--pidfile /other":         "option --pidfile is set by the key daemon of the entry",
		"--pidfile DIR/pid":        "",
		"--daemon":                 "",
		"--log":                    "option --log needs a value: want a path",
		"--nice 5 --":              `word "--" is neither an option nor the value of an option (a blank in a value is written %20, as in --kill-spec TERM/10%20KILL)`,
		"--daemon=false":           "",
		"prog":                     `word "prog" is neither an option nor the value of an option (a blank in a value is written %20, as in --kill-spec TERM/10%20KILL)`,
		"--kill-spec TERM/10 KILL": `word "KILL" is neither an option nor the value of an option (a blank in a value is written %20, as in --kill-spec TERM/10%20KILL)`,
		"--kill-spec \"TERM/5 KILL\"": `option --kill-spec: "\"TERM/5" is wrong: want signals with seconds of grace, as in TERM/10%20KILL ` +
			`(not a kill specification: unknown signal "\"TERM") (no shell reads it: write daemon_options = --kill-spec TERM/5%20KILL)`,
		"--kill-spec 'TERM/5 KILL' --nice 5": `option --kill-spec: "'TERM/5" is wrong: want signals with seconds of grace, as in TERM/10%20KILL ` +
			`(not a kill specification: unknown signal "'TERM") (no shell reads it: write daemon_options = --kill-spec TERM/5%20KILL --nice 5)`,
		"--kill-spec TREM": `option --kill-spec: "TREM" is wrong: want signals with seconds of grace, as in TERM/10%20KILL (not a kill specification: unknown signal "TREM")`,
		"--restart always": "",
		"-c 3 -s 0.5":      "",
	} {
		dir, conf := writeConf(t, entry("a", "start = prog\ndaemon = DIR/pid\ndaemon_options = "+options))
		if want == "" {
			wantAnswer(t, dir, answer{stdout: "DIR/a.conf: OK, 1 service\n"}, "--conf", conf, "config", "check")
			continue
		}
		wantAnswer(t, dir, answer{stderr: `svctl: DIR/a.conf:1:1: daemon_options of service "a": ` + want + "\n", code: 6},
			"--conf", conf, "config", "check")
	}
}
