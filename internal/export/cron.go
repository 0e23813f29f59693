package export

import (
	"errors"
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// cron keeps services alive for people without root: what does not run is
// started every minute, and at boot without waiting for the next minute.
var cron = Format{
	Name:   "cron",
	render: renderCron,
	host:   hostFormat{first: func(name string) string { return name + ".cron" }},
}

// longestCommand is the longest command that a crontab takes, in bytes
// (MAX_COMMAND of cron(8); a longer one makes the whole crontab bad).
const longestCommand = 998

func renderCron(s *Source) ([]File, []string, error) {
	if s.Expected == servicedef.Stopped {
		return nil, nil, errors.New("it is expected stopped, and the line would start it every minute")
	}
	command := shellquote.Join(s.SvctlCommand("start")) + " >/dev/null"
	if s.Kind() == servicedef.ByDaemon {
		command = keepAlive(s)
	}
	command = cronEscape(command)
	switch {
	case strings.Contains(command, "\n"):
		return nil, nil, errors.New("a line end in one of its words cannot stand in a crontab")
	case len(command) > longestCommand:
		return nil, nil, fmt.Errorf("its command has %d bytes, and cron takes %d", len(command), longestCommand)
	}
	var comments strings.Builder
	var warnings []string
	for _, what := range append(timeoutOfDaemon(s), pathOfCron(s)...) {
		fmt.Fprintf(&comments, "# No equivalent: %s\n", what)
		warnings = append(warnings, "no equivalent: "+what)
	}
	text := fmt.Sprintf("%s@reboot %s\n* * * * * %s\n", &comments, command, command)
	return []File{{Name: s.Name() + ".cron", Mode: 0o644, Text: text}}, warnings, nil
}

// keepAlive is the command for a daemon, without svctl: it quits an svloop that
// hangs, as svctl does it, and starts what does not run. A program that has crashed
// and that svloop is going to start again is left to svloop.
func keepAlive(s *Source) string {
	argv := func(action servicedef.Action) string {
		return shellquote.Join(s.Plan(action, s.Svloop)[0].Argv)
	}
	path := ""
	if s.SearchPath != "" {
		path = "PATH=" + shellquote.Quote(s.SearchPath) + " "
	}
	return "s=$(" + argv(servicedef.Status) + "); r=$?; case $s in *' is restarting'*) r=0;; esac; " +
		"[ $r -eq 0 ] || { { [ $r -ne 4 ] || " + argv(servicedef.Stop) + " >/dev/null; } && " +
		path + argv(servicedef.Start) + " >/dev/null; }"
}

// cronEscape writes a command for a crontab. There a % ends the command, even in
// quotes, and a backslash in front of it is removed (crontab(5)). Some crons
// remove one of two backslashes too, so that none may stand before another, or
// before a % that is no end: in the single quotes where shellquote has them,
// these are closed and opened between the two.
func cronEscape(command string) string {
	var b strings.Builder
	for i := range len(command) {
		c := command[i]
		if i > 0 && command[i-1] == '\\' && (c == '\\' || c == '%') {
			b.WriteString("''")
		}
		if c == '%' {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// pathOfCron is what is said when programs are looked for in PATH: that of cron
// is shorter than that of anybody who has tried the entry.
func pathOfCron(s *Source) []string {
	if s.SearchPath != "" {
		return nil
	}
	for _, action := range []servicedef.Action{servicedef.Start, servicedef.Status} {
		step := s.Plan(action, s.Svloop)[0]
		program := ""
		switch {
		case s.Kind() == servicedef.ByDaemon:
			program = s.Start[0]
		case step.Kind == servicedef.Run:
			program = step.Argv[0]
		}
		if program != "" && !strings.Contains(program, "/") {
			return []string{fmt.Sprintf("PATH of svctl (%q is looked for in that of cron, /usr/bin:/bin unless the crontab sets it; the key path gives the service its own)", program)}
		}
	}
	return nil
}
