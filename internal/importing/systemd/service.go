package systemd

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

var (
	errNoService = errors.New("it is a systemd unit without a [Service] section")
	errOneshot   = errors.New("a service of Type=oneshot terminates, but the program of an entry keeps running")
	errNoExec    = errors.New("it has no ExecStart=")
	errSecond    = errors.New("it has a second ExecStart=, which only Type=oneshot may have")
)

// Import reads a systemd unit. The hostname may be "", if it is unknown.
func Import(t *entry.File, hostname string) (*entry.Definition, error) {
	u := parseUnit(t)
	u.name.hostname = hostname
	e := &entry.Entry{Name: u.name.service(), Notes: u.odd}
	if err := u.service(e); err != nil {
		var positioned *entry.Error
		if !errors.As(err, &positioned) {
			err = &entry.Error{File: t.Name, Err: err}
		}
		return nil, err
	}
	u.noteRest(e)
	return &entry.Definition{File: t.Name, Entries: []*entry.Entry{e}}, nil
}

func (u *unit) service(e *entry.Entry) error {
	if err := entry.CheckName(e.Name); err != nil {
		return err
	}
	if !u.hasService {
		return errNoService
	}
	kind, line := u.kind()
	commands := u.List("Service", "ExecStart")
	switch {
	case kind == "oneshot" && line > 0:
		return &entry.Error{File: u.file, Line: line, What: e.Name, Err: errOneshot}
	case len(commands) == 0:
		return errNoExec
	case len(commands) > 1:
		return &entry.Error{File: u.file, Line: commands[1].Line, What: e.Name, Err: errSecond}
	}
	switch kind {
	case "forking":
		return u.forking(e, commands[0])
	case "simple", "exec", "notify", "notify-reload", "idle", "dbus":
		return u.daemon(e, commands[0], kind, line)
	}
	return &entry.Error{File: u.file, Line: line, What: e.Name, Err: fmt.Errorf("the unit has the unknown Type=%s", kind)}
}

// kind returns the type of the service. Without Type=, other settings determine
// it, systemd.service(5).
func (u *unit) kind() (kind string, line int) {
	if s := u.Last("Service", "Type"); s != nil {
		return s.Value, s.Line
	}
	if names := u.Of("Service", "BusName"); len(names) > 0 && names[len(names)-1].Value != "" {
		return "dbus", names[len(names)-1].Line
	}
	return "simple", 0
}

// noteRest adds notes for the settings that are not translated, and for those
// that depend on something unknown.
func (u *unit) noteRest(e *entry.Entry) {
	if u.name.template {
		e.AddNote(0, "a template: make an entry for each instance, with its name in place of %%i")
	}
	for _, s := range u.Rest() {
		if s.Section == "Unit" && (s.Key == "After" || s.Key == "Before") {
			names := strings.Fields(u.name.expand(s.Value))
			e.AddOrder(s.Line, s.String(), entry.Order{Key: s.Key + "=", Names: names, Suffix: ".service", Before: s.Key == "Before"})
			continue
		}
		e.NoEquivalent(s.Line, s.String())
	}
	for _, s := range u.Settings {
		for _, specifier := range u.name.ofHost(s.Value) {
			if s.Taken && !s.Over {
				e.AddNote(s.Line, "%s in %s= has the value from this machine: %s", specifier, s.Key, u.name.expand(specifier))
			}
		}
		if found := u.name.foreign(s.Value); s.Taken && !s.Over && len(found) > 0 {
			e.AddNote(s.Line, "no equivalent: systemd expands %s in %s=", strings.Join(found, " and "), s.Key)
		}
	}
	e.SortNotes()
}

// daemon translates a service that stays in the foreground: svloop runs it.
func (u *unit) daemon(e *entry.Entry, start *entry.Setting, kind string, kindLine int) error {
	line, err := u.commandLine(e, start, u.variables(true))
	if err != nil {
		return err
	}
	e.Daemon = entry.PIDFile(e.Name)
	if s := u.Last("Service", "PIDFile"); s != nil {
		if strings.TrimPrefix(s.Value, "/var") == e.Daemon {
			e.Daemon = entry.PIDFile("svloop-" + e.Name)
		}
		e.AddNote(s.Line, "not the same: %s: the program writes that file, the pid file of svloop is %s", s, e.Daemon)
	}
	e.Start = entry.Command(line.words)
	if len(line.unknown) > 0 {
		e.Start = entry.ThroughShell(line.shell)
		e.AddNote(start.Line, "not the same: systemd expands %s in %s=, but here a shell expands it", strings.Join(line.unknown, " and "), start.Key)
	}
	if kind == "idle" || kind == "dbus" {
		e.AddNote(kindLine, "no equivalent: Type=%s: it counts as started when it is executed", kind)
	}
	notifies := strings.HasPrefix(kind, "notify")
	if notifies && len(line.words) > 0 && slices.Contains(onlySystemd, path.Base(line.words[0])) {
		notifies = false
		e.AddNote(kindLine, "not the same: Type=%s: %s sends READY=1 only if systemd is its parent, so it counts as started when it is executed",
			kind, path.Base(line.words[0]))
	}
	u.restart(e)
	u.readiness(e, notifies)
	u.stopping(e)
	u.reload(e, kind)
	if !notifies {
		u.startTimeout(e) // after stopping, which may increase the timeout, too
	}
	u.surroundings(e, line.privileged)
	u.streams(e)
	return nil
}

// onlySystemd are programs that do not notify any other supervisor.
var onlySystemd = []string{"keepalived"}

// forking translates a service that puts itself into the background: svctl runs
// the commands and matches the processes.
func (u *unit) forking(e *entry.Entry, start *entry.Setting) error {
	line, err := u.commandLine(e, start, u.variables(false))
	if err != nil {
		return err
	}
	e.Start = entry.Command(line.words)
	if len(line.unknown) > 0 {
		e.AddNote(start.Line, "no equivalent: %s in %s= is dropped", strings.Join(line.unknown, " and "), start.Key)
	}
	e.AddNote(start.Line, "svctl matches the processes by the words of start: add a pattern if the command lines of the daemon differ")
	if err := u.stop(e); err != nil {
		return err
	}
	u.reload(e, "forking")
	u.dynamicUser(e, "the commands run as the user of svctl, usually root")
	u.commandTimeouts(e)
	return nil
}

// stop translates ExecStop= if it is one command that runs without systemd,
// which alone knows $MAINPID. Without a stop command svctl signals the
// processes.
func (u *unit) stop(e *entry.Entry) error {
	commands := u.Of("Service", "ExecStop")
	if len(commands) != 1 || commands[0].Value == "" {
		return nil
	}
	trial := &entry.Entry{Name: e.Name}
	line, err := u.commandLine(trial, commands[0], u.variables(false))
	if err != nil || len(line.unknown) > 0 {
		return err
	}
	commands[0].Taken = true
	e.Notes = append(e.Notes, trial.Notes...)
	e.Stop = entry.Command(line.words)
	mode := u.Of("Service", "KillMode")
	if len(mode) == 0 || mode[len(mode)-1].Value != "none" {
		e.AddNote(commands[0].Line, "not the same: %s: systemd then kills the remaining processes of the service, svctl does not", commands[0])
	} else {
		mode[len(mode)-1].Taken = true
	}
	return nil
}

// variables returns what Environment= sets. If certain is true and there are
// files that may override it, the values are unknown.
func (u *unit) variables(certain bool) map[string]string {
	known := make(map[string]string)
	if certain && len(u.Of("Service", "EnvironmentFile")) > 0 {
		return known
	}
	for _, s := range u.Of("Service", "Environment") {
		if s.Over {
			continue
		}
		words, err := splitUnitWords(s.Value)
		if err != nil {
			continue
		}
		for _, word := range words {
			if name, value, found := strings.Cut(u.name.expand(word), "="); found {
				known[name] = value
			}
		}
	}
	return known
}
