package servicedef

import (
	"errors"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// TestServiceErrors tests a service with wrong keys, which begin on line 4. No other
// error may be reported.
func TestServiceErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ keys, want string }{
		{"", `a.conf:1:1: service "s" has neither start nor control`},
		{"daemon = /p", `a.conf:1:1: service "s" has neither start nor control`},
		{"start = x\ncolour = red", `a.conf:5:1: unknown key "colour"`},
		{"start = x\nexpceted = running", `a.conf:5:1: unknown key "expceted" (did you mean "expected"?)`},
		{"start = x\n  timeuot = 4", `a.conf:5:3: unknown key "timeuot" (did you mean "timeout"?)`},
		{"start = x\ndaemon-options = -d", `a.conf:5:1: unknown key "daemon-options" (did you mean "daemon_options"?)`},
		{"start = x\nSTOP = y", `a.conf:5:1: unknown key "STOP"`},
		{"start = x\ncomand = y", `a.conf:5:1: unknown key "comand" (did you mean "control"?)`},
		{"start = x\ncommand = y", `a.conf:5:1: unknown key "command" (did you mean "control"?)`},
		{"start = x\nstart = y", `a.conf:5:9: key "start" occurs 2 times, first at a.conf:4:9`},
		{"start = x\nstop = a\nstop = b\nstop = c", `a.conf:6:8: key "stop" occurs 3 times, first at a.conf:5:8`},
		{"start = x\ntype = service", `a.conf:5:8: key "type" occurs 2 times, first at a.conf:2:8`},
		{"start = x\nname = t", `a.conf:5:8: key "name" occurs 2 times, first at a.conf:3:8`},
		{"start = x\n<stop>\na = 1\n</stop>", `a.conf:5:1: key "stop" must be a value, not a block`},
		{"start =", `a.conf:1:1: service "s" has neither start nor control`},
		{"start", `a.conf:1:1: service "s" has neither start nor control`},
		{"start = \"  \"", `a.conf:1:1: service "s" has neither start nor control`},
		{"start = \x1c\x1f\ncontrol =", `a.conf:1:1: service "s" has neither start nor control`},
		{"start = x\ndaemon =\ndaemon_options = -d", `a.conf:6:18: key "daemon_options" needs "daemon"`},
		{"start = a b%00c", `a.conf:4:9: key "start" contains a NUL byte, which cannot be passed to a program: "b\x00c"`},
		{"start = x\nexpected = up", `a.conf:5:12: expected state "up" is wrong: want running or stopped`},
		{"start = x\nexpected = none", `a.conf:5:12: expected state "none" is wrong: want running or stopped`},
		{"start = x\nexpected = Running", `a.conf:5:12: expected state "Running" is wrong: want running or stopped`},
		{"start = x\ntimeout = 0", `a.conf:5:11: timeout "0" is wrong: want a number of seconds above 0`},
		{"start = x\ntimeout = -1", `a.conf:5:11: timeout "-1" is wrong: want a number of seconds above 0`},
		{"start = x\ntimeout = soon", `a.conf:5:11: timeout "soon" is wrong: want a number of seconds above 0`},
		{"start = x\ntimeout = NaN", `a.conf:5:11: timeout "NaN" is wrong: want a number of seconds above 0`},
		{"start = x\ntimeout = inf", `a.conf:5:11: timeout "inf" is wrong: want a number of seconds above 0`},
		{"start = x\ntimeout = 1e9", `a.conf:5:11: timeout "1e9" is wrong: want a number of seconds above 0`},
		{"start = x\ninterval = -1", `a.conf:5:12: interval "-1" is wrong: want a number of seconds from 0.1 to 1000000`},
		{"start = x\ntimeout = 5 s", `a.conf:5:11: timeout "5 s" is wrong: want a number of seconds above 0`},
		{"start = x\ndaemon_options = -d", `a.conf:5:18: key "daemon_options" needs "daemon"`},
		{"start = x\nmax_restarts = 5/60", `a.conf:5:16: key "max_restarts" needs "daemon"`},
		{"start = x\ndaemon = /p\nmax_restarts = 5", `a.conf:6:16: max_restarts "5" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\nmax_restarts = 1000/60", `a.conf:6:16: max_restarts "1000/60" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\nmax_restarts = 5/0", `a.conf:6:16: max_restarts "5/0" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\nmax_restarts = -1/5", `a.conf:6:16: max_restarts "-1/5" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\nmax_restarts = 5/inf", `a.conf:6:16: max_restarts "5/inf" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\nmax_restarts = five/60", `a.conf:6:16: max_restarts "five/60" is wrong: want N/SECONDS with N from 0 to 999`},
		{"start = x\ndaemon = /p\ntimestamps = maybe", `a.conf:6:14: timestamps "maybe" is wrong: want yes or no`},
		{"control = x\npattern = y", `a.conf:5:11: keys "pattern" and "control" cannot be combined`},
		{"start = x\npattern = (", `a.conf:5:11: cannot compile pattern "(": missing ), unterminated subpattern at offset 0`},
		{"start = x\npattern = x*", `a.conf:5:11: pattern "x*" is refused: it matches the empty string, and therefore every process`},
	} {
		t.Run(test.keys, func(t *testing.T) {
			t.Parallel()
			c, err := loadText(Apache, serviceText(test.keys))
			if c != nil || err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestEntryErrors tests errors of entries and groups themselves.
func TestEntryErrors(t *testing.T) {
	t.Parallel()
	const good = "<entry>\ntype = service\nname = good\nstart = x\n</entry>\n"
	for _, test := range []struct{ name, text, want string }{
		{"no type", "<entry>\nname = s\nstart = x\n</entry>", `a.conf:1:1: entry "s" has no type: want type = service or type = supervisor`},
		{"type without value", "<entry>\ntype =\nname = s\nstart = x\n</entry>", `a.conf:1:1: entry "s" has no type: want type = service or type = supervisor`},
		{"mistyped type", "<entry>\ntpye = service\nname = s\n</entry>", `a.conf:1:1: entry "s" has no type: want type = service or type = supervisor
a.conf:2:1: unknown key "tpye" (did you mean "type"?)`},
		{"wrong type", "<entry>\ntype = daemon\nname = s\nstart = x\n</entry>", `a.conf:2:8: type "daemon" is wrong: want service or supervisor`},
		{"no name", "<entry>\ntype = service\nstart = x\n</entry>", `a.conf:1:1: a service has no name`},
		{"name without value", "<entry>\ntype = service\nname =\nstart = x\n</entry>", `a.conf:1:1: a service has no name`},
		{"same name", good + good, `a.conf:6:1: name "good" is already used by the entry at a.conf:1:1`},
		{"text for an entry", "entry = x", `a.conf:1:9: an entry must be a block: <entry> … </entry>`},
		{"named entry", "<entry s>\ntype = service\nname = s\nstart = x\n</entry>", `a.conf:1:1: entry "" has no type: want type = service or type = supervisor
a.conf:1:8: unknown key "s"`},
		{"mistyped entry", "<enrty>\n</enrty>\n" + good, `a.conf:1:1: unknown key "enrty" (did you mean "entry"?)`},
		{"mistyped settings", "<simplvisor>\n</simplvisor>\n" + good, `a.conf:1:1: unknown key "simplvisor" (did you mean "simplevisor"?)`},
		{"settings of text", "simplevisor = x\n" + good, `a.conf:1:15: the settings must be one block: <simplevisor> … </simplevisor>`},
		{"settings twice", "<simplevisor/>\n<simplevisor/>\n" + good, `a.conf:1:1: the settings must be one block: <simplevisor> … </simplevisor>`},
		{"mistyped setting", "<simplevisor>\nlogfle = x\n</simplevisor>\n" + good, `a.conf:2:1: unknown key "logfle" (did you mean "logfile"?)`},
		{"wrong log", "<simplevisor>\nlog = paper\n</simplevisor>\n" + good, `a.conf:1:1: log "paper" is wrong: want null, file, syslog, stdout`},
		{"group without children", "<entry>\ntype = supervisor\nname = g\n</entry>", `a.conf:1:1: group "g" has no children: want <children> with an <entry> in it`},
		{"empty children", "<entry>\ntype = supervisor\nname = g\n<children/>\n</entry>", `a.conf:1:1: group "g" has no children: want <children> with an <entry> in it`},
		{"service keys in a group", "<entry>\ntype = supervisor\nname = g\ncontrol = x\n<children>\n" + good + "</children>\n</entry>", `a.conf:4:1: unknown key "control"`},
		{"group expects nonsense", "<entry>\ntype = supervisor\nname = g\nexpected = up\n<children>\n" + good + "</children>\n</entry>", `a.conf:4:12: expected state "up" is wrong: want none, running or stopped`},
		{"wrong strategy", groupText("strategy = one_for_two", good), `a.conf:4:12: strategy "one_for_two" is wrong: want one_for_one, rest_for_one or one_for_all`},
		{"strategy in upper case", groupText("strategy = ONE_FOR_ALL", good), `a.conf:4:12: strategy "ONE_FOR_ALL" is wrong: want one_for_one, rest_for_one or one_for_all`},
		{"window of text", groupText("window = many", good), `a.conf:4:10: window "many" is wrong: want a number from 1 to 1000000`},
		{"window of zero", groupText("window = 0", good), `a.conf:4:10: window "0" is wrong: want a number from 1 to 1000000`},
		{"window of a fraction", groupText("window = 2.5", good), `a.conf:4:10: window "2.5" is wrong: want a number from 1 to 1000000`},
		{"window too large", groupText("window = 1000001", good), `a.conf:4:10: window "1000001" is wrong: want a number from 1 to 1000000`},
		{"adjustments of text", groupText("window = 2\nadjustments = few", good), `a.conf:5:15: adjustments "few" is wrong: want a number from 0 to 1000000`},
		{"negative adjustments", groupText("adjustments = -1", good), `a.conf:4:15: adjustments "-1" is wrong: want a number from 0 to 1000000`},
		{"window twice", groupText("window = 1\nwindow = 2", good), `a.conf:5:10: key "window" occurs 2 times, first at a.conf:4:10`},
		{"adjustments twice", groupText("adjustments = 1\nadjustments = 2", good), `a.conf:5:15: key "adjustments" occurs 2 times, first at a.conf:4:15`},
		{"stranger in children", "<entry>\ntype = supervisor\nname = g\n<children>\nentri = 1\n" + good + "</children>\n</entry>", `a.conf:5:1: unknown key "entri" (did you mean "entry"?)`},
		{"same pid file", "<entry>\ntype = service\nname = a\nstart = x\ndaemon = /run/x.pid\n</entry>\n<entry>\ntype = service\nname = b\nstart = x\ndaemon = /run/x.pid\n</entry>",
			`a.conf:11:10: pid file "/run/x.pid" of service "b" is that of service "a" at a.conf:5:10`},
		{"same path", "<entry>\ntype = supervisor\nname = g\n<children>\n" + good + "</children>\n</entry>\n<entry>\ntype = service\nname = g/good\nstart = x\n</entry>", `a.conf:12:1: path "g/good" is already used by the entry at a.conf:5:1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := loadText(Apache, test.text)
			if c != nil || err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestJSONErrors tests errors that are possible only in JSON.
func TestJSONErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{`{"entry": {"type": "service", "name": ["s"], "start": "x"}}`, `a.conf:1:39: key "name" must be a value, not a list`},
		{`{"entry": {"type": "service", "name": "s", "start": []}}`, `a.conf:1:53: key "start" must be a value, not a list`},
		{`{"entry": {"type": "service", "name": "s", "start": ["a", null]}}`, `a.conf:1:59: key "start" occurs 2 times, first at a.conf:1:54`},
		{`{"entry": {"type": "service", "name": "s", "start": null}}`, `a.conf:1:11: service "s" has neither start nor control`},
		{`{"entry": {"type": null, "name": "s", "start": "x"}}`, `a.conf:1:11: entry "s" has no type: want type = service or type = supervisor`},
		{`{"entry": {"type": "service", "name": "s", "start": "x", "strat": null}}`, `a.conf:1:58: unknown key "strat" (did you mean "start"?)`},
		{`{"entry": {"type": "supervisor", "name": "g", "children": null}}`, `a.conf:1:11: group "g" has no children: want <children> with an <entry> in it`},
		{`{"entry": {"type": "supervisor", "name": "g", "children": {"entry": null}}}`, `a.conf:1:11: group "g" has no children: want <children> with an <entry> in it`},
		{`{"entry": [null, {"type": "service", "name": "s", "start": true}]}`, `a.conf:1:12: an entry must be a block: <entry> … </entry>`},
	} {
		if _, err := loadText(JSON, test.text); err == nil || err.Error() != test.want {
			t.Errorf("%s: got  %v\nwant %s", test.text, err, test.want)
		}
	}
}

// TestTenErrors reports ten errors of a file in one run.
func TestTenErrors(t *testing.T) {
	t.Parallel()
	_, err := loadText(Apache, `<simplevisor>
    logs = stdout
</simplevisor>
<entry>
    type = service
    name = one
    comand = /bin/one
</entry>
<entry>
    type = service
    name = two
    start = a
    start = b
    timeout = never
</entry>
<entry>
    type = supervisor
    name = group
    window = 10
    expected = maybe
    <children>
        <entry>
            type = service
            start = x
        </entry>
        <entry>
            type = service
            name = four
            control = x
            pattern = [
        </entry>
    </children>
</entry>
<entry>
    type = service
    name = two
    start = x
</entry>
`)
	want := []string{
		`a.conf:2:5: unknown key "logs" (did you mean "log"?)`,
		`a.conf:7:5: unknown key "comand" (did you mean "control"?)`,
		`a.conf:4:1: service "one" has neither start nor control`,
		`a.conf:13:13: key "start" occurs 2 times, first at a.conf:12:13`,
		`a.conf:14:15: timeout "never" is wrong: want a number of seconds above 0`,
		`a.conf:20:16: expected state "maybe" is wrong: want none, running or stopped`,
		`a.conf:22:9: a service has no name`,
		`a.conf:30:23: keys "pattern" and "control" cannot be combined`,
		`a.conf:30:23: cannot compile pattern "[": unterminated character set at offset 0`,
		`a.conf:34:1: name "two" is already used by the entry at a.conf:9:1`,
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	all, ok := errors.AsType[Errors](err)
	if !ok || len(all) != len(want) {
		t.Fatalf("got %T of %d, want Errors of %d", err, len(all), len(want))
	}
	for _, e := range all {
		if _, ok := errors.AsType[*configgeneral.Error](e); !ok {
			t.Errorf("%v has no position", e)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want string }{
		{serviceText("start = x\nvar_a = 1"), ""},
		{"var_a = 1\n" + serviceText("start = x"), ""},
		{"colour = red\n" + serviceText("start = x"), `a.conf:1:1: key "colour" has no effect here`},
		{serviceText("control = x\ndaemon = /p"), `a.conf:5:10: key "daemon" is ignored beside "control"`},
		{serviceText("control = x\ndaemon = /p\nmax_restarts = 1/2"), `a.conf:5:10: key "daemon" is ignored beside "control"` + "\n" +
			`a.conf:6:16: key "max_restarts" is ignored beside "control"`},
		{serviceText("control = x\ndaemon = /p\ndaemon_options = -d"), `a.conf:5:10: key "daemon" is ignored beside "control"`},
		{serviceText("start = x\ndaemon = /p\nstop = y\nstatus = z"), `a.conf:6:8: key "stop" is ignored beside "daemon"
a.conf:7:10: key "status" is ignored beside "daemon"`},
		{serviceText("control = x\nstop = y\nstatus = z"), `a.conf:5:8: key "stop" is ignored beside "control"
a.conf:6:10: key "status" is ignored beside "control"`},
		{serviceText("control = x\nstart = y\nrestart = z"), ""},
		{serviceText("control = x\nstop =\nstatus =\ndaemon =\npattern ="), ""},
		{serviceText("start = x\nstop = y\npattern = z"), ""},
		{serviceText("start = x\npattern = ^sleep 60\\$"), `a.conf:5:11: the end of pattern "^sleep 60$" matches nothing, because a blank follows the last argument: write " $" in the place of "$"`},
		{serviceText("start = x\npattern = a|b/c-d\\$"), `a.conf:5:11: the end of pattern "a|b/c-d$" matches nothing, because a blank follows the last argument: write " $" in the place of "$"`},
		{serviceText("start = x\nstop = y\nstatus = z\npattern = p\\$"), `a.conf:7:11: key "pattern" is ignored beside "stop" and "status"`},
		{serviceText("start = x\npattern = ^sleep 60 \\$"), ""},
		{serviceText("start = x\npattern = sleep .\\$"), ""},
		{serviceText("start = x\npattern = sleep\\s\\$"), ""},
		{serviceText("start = x\npattern = sleep\\x20\\$"), ""},
		{serviceText("start = x\npattern = (?m)sleep\\$"), ""},
		{serviceText("start = x\npattern = sleep ?\\$"), ""},
		{serviceText("start = x\nstatus = y\npattern = z"), ""},
		{serviceText("start = x\nstop = y\nstatus = z\npattern = p"), `a.conf:7:11: key "pattern" is ignored beside "stop" and "status"`},
		{"<simplevisor>\ncommand = start\npath = a/b\n</simplevisor>\n" + serviceText("start = x"), `a.conf:2:11: key "command" is ignored: svctl takes its action and names from the command line
a.conf:3:8: key "path" is ignored: svctl takes its action and names from the command line`},
		{"<simplevisor>\nloglevel = warn\n</simplevisor>\n" + serviceText("start = x"), `a.conf:2:12: loglevel "warn" is unknown, and means warning: want debug, info, warning, error, critical`},
		{"<simplevisor>\ncommand =\npath =\n</simplevisor>\n" + serviceText("start = x"), ""},
		{serviceText("start = x\ndaemon = ./p"), `a.conf:5:10: pid file "./p" is relative, so its location depends on the directory in which svctl is started`},
		{serviceText("start = x\ndaemon = /p\noutput = o"), `a.conf:6:10: output file "o" is relative, so its location depends on the directory in which svctl is started`},
		{serviceText("start = x\ndaemon = /p\noutput = null"), ""},
		{serviceText("start = x\noutput = o\nrotate = 1M\ntimestamps = yes"), `a.conf:5:10: key "output" is ignored without "daemon"
a.conf:6:10: key "rotate" is ignored without "daemon"
a.conf:7:14: key "timestamps" is ignored without "daemon"`},
		{serviceText("control = x\noutput = /o"), `a.conf:5:10: key "output" is ignored beside "control"`},
		{groupText("adjustments = 12", serviceText("start = x")), `a.conf:4:15: the group never fails: adjustments (12) is not below window (12)`},
		{groupText("window = 3", serviceText("start = x")), `a.conf:4:10: the group never fails: adjustments (3) is not below window (3)`},
		{groupText("window = 4\nadjustments = 5", serviceText("start = x")), `a.conf:5:15: the group never fails: adjustments (5) is not below window (4)`},
		{groupText("window = 4\nadjustments = 3", serviceText("start = x")), ""},
		{groupText("window = 1\nadjustments = 0", serviceText("start = x")), ""},
		{serviceText("start = x\ndaemon = /p\npattern = y"), `a.conf:6:11: key "pattern" is ignored beside "daemon"`},
	} {
		var got []string
		for _, w := range load(t, test.text).Warnings {
			got = append(got, w.Error())
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s\ngot  %q\nwant %q", test.text, got, test.want)
		}
	}
}
