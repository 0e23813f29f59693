package servicedef

import (
	"reflect"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// TestServiceKeys compares the fields that each key sets. All others have their defaults.
func TestServiceKeys(t *testing.T) {
	t.Parallel()
	basic := Service{
		Name: "s", Path: "s", Pos: configgeneral.Pos{File: "a.conf", Line: 1, Col: 1},
		Expected: Running, Timeout: 60 * time.Second, Start: []string{"x"},
	}
	for _, test := range []struct {
		keys string
		set  func(s *Service)
	}{
		{"", func(s *Service) {}},
		{"control = a%20b  c", func(s *Service) { s.Control = []string{"a b", "c"} }},
		{"stop = a b", func(s *Service) { s.Stop = []string{"a", "b"} }},
		{"status = a b", func(s *Service) { s.Status = []string{"a", "b"} }},
		{"restart = a b", func(s *Service) { s.Restart = []string{"a", "b"} }},
		{"restart = stop+start", func(s *Service) { s.StopThenStart = true }},
		{"restart = stop + start", func(s *Service) { s.Restart = []string{"stop", "+", "start"} }},
		{"daemon = /run/a b%20c.pid", func(s *Service) { s.Daemon = "/run/a b%20c.pid" }},
		{"daemon = /p\nmax_restarts = 5/600.5", func(s *Service) { s.Daemon, s.MaxRestarts = "/p", MaxRestarts{5, 600500 * time.Millisecond} }},
		{"daemon = /p\ndaemon_options = -s 1", func(s *Service) { s.Daemon, s.DaemonOptions = "/p", []string{"-s", "1"} }},
		{"daemon = /p\noutput = /a b", func(s *Service) { s.Daemon, s.Output = "/p", "/a b" }},
		{"daemon = /p\noutput = syslog", func(s *Service) { s.Daemon, s.Output = "/p", "syslog" }},
		{"daemon = /p\nrotate = 1M\ntimestamps = no", func(s *Service) { s.Daemon, s.Rotate = "/p", "1M" }},
		{"daemon = /p\ntimestamps = On", func(s *Service) { s.Daemon, s.Timestamps = "/p", true }},
		{"expected = running", func(s *Service) {}},
		{"expected = stopped", func(s *Service) { s.Expected = Stopped }},
		{"path = /bin:/a%20b", func(s *Service) { s.SearchPath = "/bin:/a%20b" }},
		{"timeout = 5", func(s *Service) { s.Timeout = 5 * time.Second }},
		{"timeout = .25", func(s *Service) { s.Timeout = 250 * time.Millisecond }},
		{"var_port = 80\nstop = kill ${var_port}", func(s *Service) { s.Stop = []string{"kill", "80"} }},
	} {
		got := *service(t, "start = x\n"+test.keys)
		want := basic
		test.set(&want)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", test.keys, got, want)
		}
	}
	blank := service(t, "start = x\ncontrol =\nstop =\nstatus\nrestart = \"\"\ndaemon =\ndaemon_options =\npattern = \" \"\nexpected =\npath =\ntimeout =\nmax_restarts =")
	if !reflect.DeepEqual(*blank, basic) {
		t.Errorf("blank keys\ngot  %+v\nwant %+v", *blank, basic)
	}
	if s := service(t, "start = x\npattern = a.c "); s.Pattern == nil || s.Pattern.String() != "a.c" {
		t.Errorf("got the pattern %v", s.Pattern)
	}
}

// TestNull treats null in JSON as an absent key.
func TestNull(t *testing.T) {
	t.Parallel()
	const keys = `"type": "service", "name": "s", "start": "x"`
	want, err := loadText(JSON, `{"entry": {`+keys+`}}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := loadText(JSON, `{"simplevisor": null, "entry": {`+keys+`, "control": null, "stop": null, "status": null, "restart": null,
		"daemon": null, "daemon_options": null, "pattern": null, "expected": null, "path": null, "timeout": null}}`)
	if err != nil {
		t.Fatal(err)
	}
	one, two := *got.Services()[0], *want.Services()[0]
	one.Pos, two.Pos = configgeneral.Pos{}, configgeneral.Pos{}
	if !reflect.DeepEqual(one, two) || len(got.Warnings) > 0 {
		t.Errorf("got  %+v\nwant %+v\nwarnings %v", one, two, got.Warnings)
	}
}

// TestMatches finds a service by its start command or by its pattern.
func TestMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys string
		args []string
		want bool
	}{
		{"start = /bin/a -x", []string{"/bin/a", "-x", "-y"}, true},
		{"start = /bin/a -x", []string{"/bin/a", "-y", "-x"}, false},
		{"start = /bin/a.c", []string{"/bin/abc"}, false}, // not a regular expression
		{"start = /bin/a%20b", []string{"/bin/a", "b"}, false},
		{"start = /bin/a%20b", []string{"/bin/a b"}, true},
		{"start = /bin/a\npattern = -[yz]", []string{"/opt/b", "-z"}, true},
		{"start = /bin/a\npattern = -[yz]", []string{"/bin/a", "-x"}, false},
	} {
		got, err := service(t, test.keys).Matches(test.args)
		if err != nil || got != test.want {
			t.Errorf("%s in %q: got %v, %v", test.keys, test.args, got, err)
		}
	}
}
