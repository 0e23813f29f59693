package main

import "testing"

// TestOutputKeys reports mistakes in the keys for the output of a daemon, at their places.
func TestOutputKeys(t *testing.T) {
	t.Parallel()
	const wantSize = "want SIZE or SIZE:KEEP with a SIZE of at least 1K, as in 10M, and a KEEP from 1 to 999"
	for keys, want := range map[string]string{
		"output = /o": "",
		"output = /o\nrotate = 10M:3\ntimestamps = yes": "",
		"output = syslog": "",
		"daemon_options = --stdout /o\nrotate = 1M":               "",
		"output = /o\ndaemon_options = --stderr /o":               "",
		"output = /o\nrotate = 1M\ndaemon_options = --timestamps": "",

		"output = /o\nrotate = 1": `DIR/a.conf:7:10: rotate "1" is wrong: ` + wantSize,
		"rotate = 1M":             `DIR/a.conf:1:1: service "a": option --rotate needs --stdout FILE or --stderr FILE`,
		"output = syslog\ntimestamps = yes": `DIR/a.conf:1:1: service "a": option --timestamps needs --stdout FILE or --stderr FILE: ` +
			"syslog adds the time itself, and rotates its own files",
		"output = /o\ndaemon_options = --stderr /e":                         `DIR/a.conf:7:18: option --stderr replaces the key "output": remove one of them`,
		"output = /o\nrotate = 1M\ndaemon_options = --rotate 1M:2":          `DIR/a.conf:8:18: option --rotate replaces the key "rotate": remove one of them`,
		"output = /o\nrotate = 1M\ndaemon_options = --survivors adopt":      `DIR/a.conf:1:1: daemon_options of service "a": options --survivors adopt and --rotate cannot be combined: svloop copies that output, so the program could not outlive svloop`,
		"output = /o\nrotate = 1M\ndaemon_options = --stdout /e --log /o.1": `DIR/a.conf:1:1: daemon_options of service "a": option --rotate: the file "/o.1" of --log has the name of a rotated file of "/o"`,
	} {
		dir, conf := writeConf(t, entry("a", "start = prog\ndaemon = DIR/pid\n"+keys))
		if want == "" {
			wantAnswer(t, dir, answer{stdout: "DIR/a.conf: OK, 1 service\n"}, "--conf", conf, "config", "check")
			continue
		}
		wantAnswer(t, dir, answer{stderr: "svctl: " + want + "\n", code: 6}, "--conf", conf, "config", "check")
	}
}

// TestOutputFilesOfTwoServices refuses a file that two services write to only if it is
// rotated.
func TestOutputFilesOfTwoServices(t *testing.T) {
	t.Parallel()
	two := func(first, second string) string {
		return entry("a", "start = prog\ndaemon = DIR/a.pid\n"+first) + entry("b", "start = prog\ndaemon = DIR/b.pid\n"+second)
	}
	dir, conf := writeConf(t, two("output = /o", "daemon_options = --stderr /o"))
	wantAnswer(t, dir, answer{stdout: "DIR/a.conf: OK, 2 services\n"}, "--conf", conf, "config", "check")
	dir, conf = writeConf(t, two("output = /o", "rotate = 1M\ndaemon_options = --stderr /./o"))
	wantAnswer(t, dir, answer{code: 6, stderr: `svctl: DIR/a.conf:14:18: output file "/./o" of service "b" is also that of service "a" at DIR/a.conf:6:10, ` +
		"and a file that is rotated can have only one service\n"}, "--conf", conf, "config", "check")
}
