// Package cron translates a service to lines of a crontab, and changes the crontab
// of the user.
package cron

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

const formatName = "cron"

// Format keeps services running for users without root: cron starts a stopped service
// every minute, and at boot without waiting for the next minute.
var Format = export.Format{
	Name:      formatName,
	Translate: translate,
	System: export.System{
		First:    func(name string) string { return name + ".cron" },
		Place:    place,
		Displace: displace,
	},
}

// longestCommand is the longest command that a crontab accepts, in bytes (MAX_COMMAND of
// cron(8); with a longer one cron rejects the whole crontab).
const longestCommand = 998

func translate(s *export.Source) ([]export.File, []string, error) {
	if s.Expected == servicedef.Stopped {
		return nil, nil, errors.New("it is expected to be stopped, but the line would start it every minute")
	}
	// cron mails each line that a command prints: without a failure there is none, not even
	// a warning about the configuration.
	command := "o=$(" + shellquote.Join(s.SvctlCommand("start")) + ` 2>&1) || echo "$o"`
	if s.Kind() == servicedef.ByDaemon {
		command = keepAlive(s)
	}
	command = cronEscape(command)
	switch {
	case strings.Contains(command, "\n"):
		return nil, nil, errors.New("one of its words contains a newline, which a crontab cannot express")
	case len(command) > longestCommand:
		return nil, nil, fmt.Errorf("its command has %d bytes, but cron accepts at most %d", len(command), longestCommand)
	}
	var comments strings.Builder
	var warnings []string
	lacks := slices.Concat(export.IgnoredTimeout(s), pathOfCron(s),
		s.WithoutOrder("cron starts all services at the same time"), s.WithoutGroup("each line of cron is for one service"))
	for _, what := range lacks {
		fmt.Fprintf(&comments, "# No equivalent: %s\n", what)
		warnings = append(warnings, "no equivalent: "+what)
	}
	text := fmt.Sprintf("%s@reboot %s\n* * * * * %s\n", &comments, command, command)
	return []export.File{{Name: s.Name() + ".cron", Mode: 0o644, Text: text}}, warnings, nil
}

// keepAlive is the command for a daemon, without svctl. Like svctl, it quits an svloop
// that hangs, and starts a daemon that does not run. It does nothing while svloop is
// about to restart a failed program.
func keepAlive(s *export.Source) string {
	argv := func(action servicedef.Action) string {
		return shellquote.Join(s.Step(action, s.Svloop).Argv)
	}
	path := ""
	if s.SearchPath != "" {
		path = "PATH=" + shellquote.Quote(s.SearchPath) + " "
	}
	return "s=$(" + argv(servicedef.Status) + "); r=$?; case $s in *' is restarting'*) r=0;; esac; " +
		"[ $r -eq 0 ] || { { [ $r -ne 4 ] || " + argv(servicedef.Stop) + " >/dev/null; } && " +
		path + argv(servicedef.Start) + " >/dev/null; }"
}

// cronEscape writes a command for a crontab, in which an unescaped % ends the
// command, even in quotes (crontab(5)). cron removes the backslash that escapes a
// %, and some crons also remove one of two backslashes. So no backslash may stand
// before another, or before a % of the command: shellquote writes them in single
// quotes, which are closed and opened again between the two.
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

// pathOfCron returns a warning if a program is searched in PATH: that of cron is shorter
// than that of the user who tested the entry.
func pathOfCron(s *export.Source) []string {
	if s.SearchPath != "" {
		return nil
	}
	for _, action := range []servicedef.Action{servicedef.Start, servicedef.Status} {
		step := s.Step(action, s.Svloop)
		program := ""
		switch {
		case s.Kind() == servicedef.ByDaemon:
			program = s.Start[0]
		case step.Kind == servicedef.Run:
			program = step.Argv[0]
		}
		if program != "" && !strings.Contains(program, "/") {
			return []string{fmt.Sprintf("PATH of svctl (cron searches %q in its own PATH, /usr/bin:/bin unless the crontab sets it; the key path sets another)", program)}
		}
	}
	return nil
}
