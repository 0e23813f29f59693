package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// What a supervisor publishes about a service is part of every report.
func TestSupervisorInReports(t *testing.T) {
	t.Parallel()
	_, conf := writeConf(t, entry("web-http", "control = false")+entry("database", "control = false")+entry("held", "control = sh -c exit%203"))
	dir, err := servicelock.Open(runtimedir.User{UID: os.Geteuid(), Getenv: environment(testEnv()).get})
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	now := time.Now()
	for path, note := range map[string]servicelock.Note{
		"web-http": {Attempt: 3, Next: now.Add(1000 * time.Hour)},
		"database": {Attempt: 9, GaveUp: now},
	} {
		id := servicelock.Identify(conf, &servicedef.Service{Path: path, Control: []string{"false"}}, newDirectories().resolve)
		if err := dir.Publish(id, note); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := dir.Withdraw(id); err != nil {
				t.Error(err)
			}
		}()
	}
	held := servicelock.Identify(conf, &servicedef.Service{Path: "held", Control: []string{"sh", "-c", "exit 3"}}, newDirectories().resolve)
	if err := dir.Hold(held, servicelock.Hold{State: servicedef.Stopped, User: "ann", Since: now}); err != nil {
		t.Fatal(err)
	}
	if err := dir.Publish(held, servicelock.Note{Attempt: 2, Next: now.Add(1000 * time.Hour)}); err != nil { // the hold was not noticed yet
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(dir.Release(held), dir.Withdraw(held)); err != nil {
			t.Error(err)
		}
	}()
	const waits, gaveUp = `restarting, attempt 3 in \d+h\S+`, `gave up at \d\d:\d\d:\d\d`
	for _, test := range []struct{ args, want string }{
		{"status web-http", "(?m)^web-http: .*, " + waits + "$"},
		{"status", "(?m)^web-http +" + waits + " +running .*\ndatabase +" + gaveUp + " +running "},
		{"status held", `(?m)^held: not running, stopped by hand \(ann, [^,]*\)$`},
		{"status", "(?m)^held +stopped by hand +running "},
		{"check", "(?m)^web-http: WARNING, .*, " + waits + "\ndatabase: WARNING, .*, " + gaveUp + "$"},
		{"list", "(?m)^web-http .* running, " + waits + "  .*\ndatabase .* running, " + gaveUp + "  "},
		{"show database", "(?m)^  now:      " + gaveUp + "$"},
		{"status --json web-http", `"supervisor": \{\n +"text": "` + waits + `",\n +"attempt": 3,\n +"next_attempt": "20\S+"\n +\}`},
		{"check --json database", `"supervisor": \{\n +"text": "` + gaveUp + `",\n +"attempt": 9,\n +"gave_up": "20\S+"\n +\}`},
	} {
		stdout, stderr, _ := svctl(append([]string{"--conf", conf}, strings.Fields(test.args)...)...)
		if !regexp.MustCompile(test.want).MatchString(stdout) {
			t.Errorf("svctl %s prints\n%s%s\nwant %s", test.args, stdout, stderr, test.want)
		}
		for line := range strings.Lines(stdout) {
			if test.args == "status" && utf8.RuneCountInString(line) > 81 {
				t.Errorf("a line of the table is too long: %q", line)
			}
		}
	}
}

// A table shows in few words why a service is not as expected.
func TestRemarksInTable(t *testing.T) {
	t.Parallel()
	stopped := remarks{ByHand: &byHand{State: servicedef.Stopped}, word: "stopped by hand"}
	started := remarks{ByHand: &byHand{State: servicedef.Running}, word: "started by hand"}
	for _, test := range []struct {
		r      remarks
		code   lsb.Status
		reason string
		want   string
	}{
		{remarks{}, lsb.Running, "running", "running"},
		{stopped, lsb.NotRunning, "not running", "stopped by hand"},
		{stopped, lsb.Running, "running", "running, stopped by hand"},
		{stopped, lsb.DeadPIDFile, "dead", "dead, stopped by hand"},
		{started, lsb.Running, "running", "started by hand"},
		{started, lsb.NotRunning, "not running", "not running, started by hand"},
		{remarks{note: "restarting, attempt 1"}, lsb.NotRunning, "not running", "restarting, attempt 1"},
	} {
		if got := test.r.inTable(test.code, test.reason); got != test.want {
			t.Errorf("%+v: %q, want %q", test, got, test.want)
		}
	}
}
