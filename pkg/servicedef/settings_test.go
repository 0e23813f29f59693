package servicedef

import (
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	c := load(t, "<simplevisor>\nlog = file\nlogfile = /l\nloglevel = DEBUG\nlogname = n\nstore = /s\npidfile = /p\n"+
		"interval = 5\ndaemon = 1\nconf = x\nconftype = apache\nvar_a = 1\n</simplevisor>\n"+serviceText("start = x"))
	want := Settings{Log: "file", LogFile: "/l", LogLevel: "DEBUG", LogName: "n", Store: "/s", PidFile: "/p", Interval: 5 * time.Second, Daemon: true}
	if c.Settings != want || len(c.Warnings) > 0 {
		t.Errorf("got %+v and the warnings %v", c.Settings, c.Warnings)
	}
}

func TestSettingsOver(t *testing.T) {
	t.Parallel()
	got := Settings{Log: "null", LogName: "a", Store: "s"}.Over(Settings{Log: "file", LogFile: "f", LogName: "b", Interval: 1, PidFile: "p", Daemon: true})
	if want := (Settings{Log: "null", LogFile: "f", LogName: "a", Store: "s", Interval: 1, PidFile: "p", Daemon: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSettingsCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		Settings
		want string
	}{
		{Settings{}, ""},
		{Settings{Log: "syslog", LogLevel: "Critical"}, ""},
		{Settings{Log: "file", LogFile: "f"}, ""},
		{Settings{Log: "file"}, `log "file" needs a logfile`},
		{Settings{Log: "File"}, `log "File" is wrong: want null, file, syslog, stdout`},
		{Settings{LogLevel: "warn"}, `loglevel "warn" is wrong: want debug, info, warning, error, critical`},
	} {
		got := ""
		if err := test.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%+v: got %q, want %q", test.Settings, got, test.want)
		}
	}
}

func TestSettingsOfTheSupervisor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"true": true, "Yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false, "": false} {
		c := load(t, "<simplevisor>\ndaemon = "+text+"\n</simplevisor>\n"+serviceText("start = x"))
		if c.Settings.Daemon != want {
			t.Errorf("daemon = %s: %v", text, c.Settings.Daemon)
		}
	}
	c := load(t, "<simplevisor>\ninterval = 0.5\n</simplevisor>\n"+serviceText("start = x\ninterval = 2"))
	if got := c.Settings.Interval; got != 500*time.Millisecond {
		t.Errorf("interval %s", got)
	}
	if got := c.Services()[0].Interval; got != 2*time.Second {
		t.Errorf("interval of the service %s", got)
	}
	wrong := func(reason string) string { return reason + " is wrong: want a number of seconds from 0.1 to 1000000" }
	for _, test := range []struct{ text, want string }{
		{"interval = abc", wrong(`a.conf:2:12: interval "abc"`)},
		{"interval = 0", wrong(`a.conf:2:12: interval "0"`)},
		{"interval = nan", wrong(`a.conf:2:12: interval "nan"`)},
		{"interval = 1e12", wrong(`a.conf:2:12: interval "1e12"`)},
		{"daemon = maybe", `a.conf:2:10: daemon "maybe" is wrong: want true or false`},
	} {
		_, err := loadText(Apache, "<simplevisor>\n"+test.text+"\n</simplevisor>\n"+serviceText("start = x"))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.text, err, test.want)
		}
	}
}
