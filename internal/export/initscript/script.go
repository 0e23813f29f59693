// Package initscript translates a service to a script in /etc/init.d, for the
// init systems of System V and OpenRC.
package initscript

import (
	"strings"
	"text/template"
	"time"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/pkg/servicedef"
)

// script has the fields of the templates.
type script struct {
	*export.Source
	Program string // the program that must exist: svloop or svctl

	// The commands. Those of a daemon run svloop, and the restart command if the entry has
	// one. Its program is searched in SearchPath.
	Start, Stop, Status, Restart string
	Reload, ForceReload          string // svctl itself; "" if the service has no reload
	Tries                        int    // the seconds that a restart may take, at least
	Check                        string // fails if svctl cannot read the entry
	PidFile, PidDirectory        string // of a daemon
	SearchPath                   string

	Order, Need  string // the names of services that it follows and needs, each behind a blank
	NoEquivalent []string
}

func newScript(s *export.Source, group string) *script {
	c := commands(s)
	if s.HasReload() {
		c.Reload = shellquote.Join(s.SvctlCommand(string(servicedef.Reload)))
		c.ForceReload = shellquote.Join(s.SvctlCommand(string(servicedef.ForceReload)))
	}
	c.Order = words(s.Follows)
	c.NoEquivalent = append(c.NoEquivalent, s.WithoutGroup(group)...)
	return c
}

// words returns the exported names of services, each behind a blank.
func words(services []*servicedef.Service) string {
	text := ""
	for _, name := range export.Names(services) {
		text += " " + name
	}
	return text
}

func commands(s *export.Source) *script {
	if s.Kind() != servicedef.ByDaemon {
		command := func(action string) string { return shellquote.Join(s.SvctlCommand(action)) }
		return &script{
			Source: s, Program: shellquote.Quote(s.Svctl), SearchPath: export.DefaultPath,
			Start: command("start"), Stop: command("stop"), Status: command("status"),
			Restart: command("restart"), Check: command("list"),
		}
	}
	command := func(action servicedef.Action) string {
		return shellquote.Join(s.Step(action, s.Svloop).Argv)
	}
	dir := s.Daemon[:max(strings.LastIndexByte(s.Daemon, '/'), 1)]
	c := &script{
		Source: s, Program: shellquote.Quote(s.Svloop), SearchPath: shellquote.Quote(s.SearchPath),
		Start: command(servicedef.Start), Stop: command(servicedef.Stop), Status: command(servicedef.Status),
		PidFile: shellquote.Quote(s.Daemon), PidDirectory: shellquote.Quote(dir),
	}
	if s.SearchPath == "" {
		c.SearchPath = export.DefaultPath
	}
	if s.Service.Restart != nil {
		c.Restart = timed(s, s.Step(servicedef.Restart, s.Svloop))
		c.Tries = int((s.Timeout + time.Second - 1) / time.Second)
	}
	c.NoEquivalent = export.IgnoredTimeout(s)
	return c
}

// timed returns a command of the entry with its timeout, as svctl runs it. Other words
// precede it, so that the shell takes none of its words for a keyword or an assignment.
func timed(s *export.Source, step servicedef.Step) string {
	words := []string{s.Svloop, "-c", "1", "--timeout", export.Seconds(step.Timeout), "--kill-spec", "KILL", "--"}
	return shellquote.Join(append(words, step.Argv...))
}

// warnings returns the warnings about options without an equivalent.
func (c *script) warnings() []string {
	var all []string
	for _, what := range c.NoEquivalent {
		all = append(all, "no equivalent: "+what)
	}
	return all
}

// expand returns the text of a script.
func (c *script) expand(t *template.Template) string {
	var text strings.Builder
	if err := t.Execute(&text, c); err != nil {
		panic(err) // a mistake in the template; every test expands it
	}
	return text.String()
}

// scriptCommands are the functions at the beginning of a script. As in svctl, a start
// first quits a daemon whose svloop hangs, or that is about to restart a crashed program.
// The start itself handles the remaining processes of a killed svloop.
const scriptCommands = `{{range .NoEquivalent}}# No equivalent: {{.}}
{{end}}state() { {{.Status}}; }
end() { {{.Stop}}; }
{{if .PidFile -}}
restarting() { case $(state 2>/dev/null) in *" is restarting"*) ;; *) false ;; esac; }
begin() {
	state >/dev/null
	case $? in
	0) return 0 ;;
	1) ! restarting || end || return ;;
	4) end || return ;;
	esac
	{{.Start}}
}
{{- else -}}
begin() { {{.Start}}; }
{{- end}}
`
