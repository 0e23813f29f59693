package servicedef

import "testing"

func TestSettings(t *testing.T) {
	t.Parallel()
	c := load(t, "<simplevisor>\nlog = file\nlogfile = /l\nloglevel = DEBUG\nlogname = n\nstore = /s\npidfile = /p\n"+
		"interval = 5\ndaemon = 1\nconf = x\nconftype = apache\nvar_a = 1\n</simplevisor>\n"+serviceText("start = x"))
	want := Settings{Log: "file", LogFile: "/l", LogLevel: "DEBUG", LogName: "n"}
	if c.Settings != want || len(c.Warnings) > 0 {
		t.Errorf("got %+v and the warnings %v", c.Settings, c.Warnings)
	}
}

func TestSettingsOver(t *testing.T) {
	t.Parallel()
	got := Settings{Log: "null", LogName: "a"}.Over(Settings{Log: "file", LogFile: "f", LogName: "b"})
	if want := (Settings{Log: "null", LogFile: "f", LogName: "a"}); got != want {
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
