package servicedef

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// steps returns the steps of an action: a restart without a command is a stop and a
// start.
func steps(s *Service, action Action, svloop string) []Step {
	if action == Restart && !s.HasRestart() {
		return []Step{s.Step(Stop, svloop), s.Step(Start, svloop)}
	}
	return []Step{s.Step(action, svloop)}
}

// describe returns steps in one line, with each word of a command quoted.
func describe(all []Step) string {
	var steps []string
	for _, step := range all {
		text := string(step.Kind) + " " + string(step.Action)
		if step.Argv != nil {
			text += fmt.Sprintf(" %q", step.Argv)
		}
		steps = append(steps, text)
	}
	return strings.Join(steps, ", ")
}

// TestStep compares the exact commands of the actions for each kind of service and each
// form of its keys.
func TestStep(t *testing.T) {
	t.Parallel()
	const (
		look = "look status"
		kill = "kill stop"
	)
	for _, test := range []struct {
		name, keys                   string
		kind                         Kind
		start, stop, status, restart string
	}{
		{
			"control", "control = /sbin/service httpd", ByControl,
			`run start ["/sbin/service" "httpd" "start"]`,
			`run stop ["/sbin/service" "httpd" "stop"]`,
			`run status ["/sbin/service" "httpd" "status"]`,
			`run restart ["/sbin/service" "httpd" "restart"]`,
		},
		{
			"control with a start of its own", "control = c\nstart = s 1", ByControl,
			`run start ["s" "1"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run restart ["c" "restart"]`,
		},
		{
			"stop and status beside control mean nothing", "control = c\nstop = x\nstatus = y", ByControl,
			`run start ["c" "start"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run restart ["c" "restart"]`,
		},
		{
			"control, stop then start", "control = c\nrestart = stop+start", ByControl,
			`run start ["c" "start"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run stop ["c" "stop"], run start ["c" "start"]`,
		},
		{
			"control, stop then a start of its own", "control = c\nstart = s\nrestart = stop+start", ByControl,
			`run start ["s"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run stop ["c" "stop"], run start ["s"]`,
		},
		{
			"control, a restart of its own", "control = c\nrestart = r --now", ByControl,
			`run start ["c" "start"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run restart ["r" "--now"]`,
		},
		{
			"daemon beside control means nothing", "control = c\ndaemon = /p\ndaemon_options = -d", ByControl,
			`run start ["c" "start"]`,
			`run stop ["c" "stop"]`,
			`run status ["c" "status"]`,
			`run restart ["c" "restart"]`,
		},
		{
			"daemon", "start = s --conf %2f\ndaemon = /run/s.pid", ByDaemon,
			`run start ["/bin/svloop" "-c" "1" "--pidfile" "/run/s.pid" "--daemon" "s" "--conf" "/"]`,
			`run stop ["/bin/svloop" "--pidfile" "/run/s.pid" "--quit"]`,
			`run status ["/bin/svloop" "--pidfile" "/run/s.pid" "--status"]`,
			`run stop ["/bin/svloop" "--pidfile" "/run/s.pid" "--quit"], ` +
				`run start ["/bin/svloop" "-c" "1" "--pidfile" "/run/s.pid" "--daemon" "s" "--conf" "/"]`,
		},
		{
			"daemon with options", "start = s\ndaemon = /p\ndaemon_options = --restart always --log a%20b", ByDaemon,
			`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--restart" "always" "--log" "a b" "--daemon" "s"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"]`,
			`run status ["/bin/svloop" "--pidfile" "/p" "--status"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"], ` +
				`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--restart" "always" "--log" "a b" "--daemon" "s"]`,
		},
		{
			"daemon with output", "start = s\ndaemon = /p\noutput = /o 1%\nrotate = 1M:2\ntimestamps = yes\ndaemon_options = -d", ByDaemon,
			`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--stdout" "/o 1%" "--stderr" "/o 1%" "--rotate" "1M:2" "--timestamps" "-d" "--daemon" "s"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"]`,
			`run status ["/bin/svloop" "--pidfile" "/p" "--status"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"], ` +
				`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--stdout" "/o 1%" "--stderr" "/o 1%" "--rotate" "1M:2" "--timestamps" "-d" "--daemon" "s"]`,
		},
		{
			"daemon, whatever stop and status say", "start = s\ndaemon = /p\nstop = x\nstatus = y\nrestart = stop+start", ByDaemon,
			`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--daemon" "s"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"]`,
			`run status ["/bin/svloop" "--pidfile" "/p" "--status"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"], run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--daemon" "s"]`,
		},
		{
			"daemon, a restart of its own", "start = s\ndaemon = /p\nrestart = r", ByDaemon,
			`run start ["/bin/svloop" "-c" "1" "--pidfile" "/p" "--daemon" "s"]`,
			`run stop ["/bin/svloop" "--pidfile" "/p" "--quit"]`,
			`run status ["/bin/svloop" "--pidfile" "/p" "--status"]`,
			`run restart ["r"]`,
		},
		{
			"only start", "start = s -d", ByCommand,
			`run start ["s" "-d"]`, kill, look, kill + `, run start ["s" "-d"]`,
		},
		{
			"pattern", "start = s\npattern = s.*", ByCommand,
			`run start ["s"]`, kill, look, kill + `, run start ["s"]`,
		},
		{
			"stop", "start = s\nstop = x now", ByCommand,
			`run start ["s"]`, `run stop ["x" "now"]`, look, `run stop ["x" "now"], run start ["s"]`,
		},
		{
			"status", "start = s\nstatus = y", ByCommand,
			`run start ["s"]`, kill, `run status ["y"]`, kill + `, run start ["s"]`,
		},
		{
			"stop and pattern", "start = s\nstop = x\npattern = p", ByCommand,
			`run start ["s"]`, `run stop ["x"]`, look, `run stop ["x"], run start ["s"]`,
		},
		{
			"status and pattern", "start = s\nstatus = y\npattern = p", ByCommand,
			`run start ["s"]`, kill, `run status ["y"]`, kill + `, run start ["s"]`,
		},
		{
			"all commands", "start = s\nstop = x\nstatus = y\nrestart = r", ByCommand,
			`run start ["s"]`, `run stop ["x"]`, `run status ["y"]`, `run restart ["r"]`,
		},
		{
			"stop then start, as without it", "start = s\nstop = x\nrestart = stop+start", ByCommand,
			`run start ["s"]`, `run stop ["x"]`, look, `run stop ["x"], run start ["s"]`,
		},
		{
			"one word that only looks like stop then start", "control = c\nrestart = stop%2Bstart", ByControl,
			`run start ["c" "start"]`, `run stop ["c" "stop"]`, `run status ["c" "status"]`, `run restart ["stop+start"]`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := service(t, test.keys)
			if s.Kind() != test.kind {
				t.Errorf("got kind %q, want %q", s.Kind(), test.kind)
			}
			if got, want := s.InTable(), test.status == look; got != want {
				t.Errorf("got %v from InTable", got)
			}
			if got, want := s.KillsMatches(), test.stop == kill; got != want {
				t.Errorf("got %v from KillsMatches", got)
			}
			for action, want := range map[Action]string{Start: test.start, Stop: test.stop, Status: test.status, Restart: test.restart} {
				if got := describe(steps(s, action, "/bin/svloop")); got != want {
					t.Errorf("%s\ngot  %s\nwant %s", action, got, want)
				}
			}
		})
	}
}

// TestStepLimits tests the other fields of a step.
func TestStepLimits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		keys    string
		path    string
		timeout time.Duration
	}{
		{"", "", 60 * time.Second},
		{"path = /a:/b c", "/a:/b c", 60 * time.Second},
		{"timeout = 2.5", "", 2500 * time.Millisecond},
		{"timeout = 1e6\npath = :", ":", 1e6 * time.Second},
	} {
		for _, how := range []string{"control = c", "start = s\ndaemon = /p", "start = s\nstop = x\nstatus = y", "start = s"} {
			s := service(t, how+"\n"+test.keys)
			for _, action := range []Action{Start, Stop, Restart} {
				for _, step := range steps(s, action, "svloop") {
					path := test.path
					if step.Kind != Run {
						path = ""
					}
					if step.Path != path || step.Timeout != test.timeout {
						t.Errorf("%s, %s, %s: got %q and %s, want %q and %s", how, test.keys, action, step.Path, step.Timeout, path, test.timeout)
					}
				}
			}
		}
	}
}

// TestStepIsACopy makes two steps of one service. A change of one must not change the
// words of the other.
func TestStepIsACopy(t *testing.T) {
	t.Parallel()
	s := service(t, "control = a b c")
	s.Control = append(make([]string, 0, 10), s.Control...)
	start, stop := s.Step(Start, ""), s.Step(Stop, "")
	if got := start.Argv; !slices.Equal(got, []string{"a", "b", "c", "start"}) {
		t.Errorf("got %q after the plan for stop", got)
	}
	if got := stop.Argv; !slices.Equal(got, []string{"a", "b", "c", "stop"}) {
		t.Errorf("got %q", got)
	}
}
