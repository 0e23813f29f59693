package importing

import (
	"errors"
	"fmt"
	"strings"
)

var (
	errNoService = errors.New("it is a systemd unit without a [Service] section")
	errOneshot   = errors.New("a service of Type=oneshot runs and ends, and an entry stands for what goes on running")
	errNoExec    = errors.New("it has no ExecStart=")
	errSecond    = errors.New("it has a second ExecStart=, as only Type=oneshot may")
)

// importUnit reads a systemd unit. The name of this machine may be unknown.
func importUnit(t *text, hostname string) (*Definition, error) {
	u := parseUnit(t)
	u.name.hostname = hostname
	e := &Entry{Name: u.name.service(), Notes: u.odd}
	if err := u.service(e); err != nil {
		var positioned *Error
		if !errors.As(err, &positioned) {
			err = &Error{File: t.file, Err: err}
		}
		return nil, err
	}
	u.noteRest(e)
	return &Definition{File: t.file, Entries: []*Entry{e}}, nil
}

func (u *unit) service(e *Entry) error {
	if err := checkName(e.Name); err != nil {
		return err
	}
	if !u.hasService {
		return errNoService
	}
	kind, line := u.kind()
	commands := u.list("Service", "ExecStart")
	switch {
	case kind == "oneshot" && line > 0:
		return &Error{u.file, line, e.Name, errOneshot}
	case len(commands) == 0:
		return errNoExec
	case len(commands) > 1:
		return &Error{u.file, commands[1].line, e.Name, errSecond}
	}
	switch kind {
	case "forking":
		return u.forking(e, commands[0])
	case "simple", "exec", "notify", "notify-reload", "idle", "dbus":
		return u.daemon(e, commands[0], kind, line)
	}
	return &Error{u.file, line, e.Name, fmt.Errorf("the unit has Type=%s, which is no type of a service", kind)}
}

// kind returns the type of the service. Without Type=, it follows from others,
// systemd.service(5).
func (u *unit) kind() (kind string, line int) {
	if s := u.last("Service", "Type"); s != nil {
		return s.value, s.line
	}
	if names := u.of("Service", "BusName"); len(names) > 0 && names[len(names)-1].value != "" {
		return "dbus", names[len(names)-1].line
	}
	return "simple", 0
}

// noteRest notes what was not taken, and what was taken and depends on
// something that is not known.
func (u *unit) noteRest(e *Entry) {
	if u.name.template {
		e.note(0, "a template: make an entry for each instance, with its name in place of %%i")
	}
	for _, s := range u.rest() {
		e.noEquivalent(s.line, s.String())
	}
	for _, s := range u.settings {
		for _, specifier := range u.name.ofHost(s.value) {
			if s.taken && !s.over {
				e.note(s.line, "%s in %s= has the value from this machine: %s", specifier, s.key, u.name.expand(specifier))
			}
		}
		if found := u.name.foreign(s.value); s.taken && !s.over && len(found) > 0 {
			e.note(s.line, "no equivalent: systemd expands %s in %s=", strings.Join(found, " and "), s.key)
		}
	}
	e.sortNotes()
}

// daemon has svloop run the program, which stays in the foreground.
func (u *unit) daemon(e *Entry, start *setting, kind string, kindLine int) error {
	line, err := u.commandLine(e, start, u.variables(true))
	if err != nil {
		return err
	}
	e.Daemon = pidFile(e.Name)
	if s := u.last("Service", "PIDFile"); s != nil {
		e.note(s.line, "not the same: %s: that is the program's file, svloop has %s", s, e.Daemon)
	}
	e.Start = commandOf(line.words)
	if len(line.unknown) > 0 {
		e.Start = throughShell(line.shell)
		e.note(start.line, "not the same: systemd expands %s in %s=, here a shell does", strings.Join(line.unknown, " and "), start.key)
	}
	if kind == "idle" || kind == "dbus" {
		e.note(kindLine, "no equivalent: Type=%s: it counts as started when it is executed", kind)
	}
	u.restart(e)
	u.readiness(e, strings.HasPrefix(kind, "notify"))
	u.stopping(e)
	if !strings.HasPrefix(kind, "notify") {
		u.startTimeout(e) // after the stop, which has svctl wait, too
	}
	u.surroundings(e, line.privileged)
	u.streams(e)
	return nil
}

// forking has svctl run the commands, and look for the processes that the
// daemon leaves: it goes into the background by itself.
func (u *unit) forking(e *Entry, start *setting) error {
	line, err := u.commandLine(e, start, u.variables(false))
	if err != nil {
		return err
	}
	e.Start = commandOf(line.words)
	if len(line.unknown) > 0 {
		e.note(start.line, "no equivalent: %s in %s= is left out", strings.Join(line.unknown, " and "), start.key)
	}
	e.note(start.line, "the processes are found by the words of start: add a pattern where those of the daemon are others")
	if err := u.stop(e); err != nil {
		return err
	}
	u.dynamicUser(e, "the commands run as the user of svctl, which is mostly root")
	u.commandTimeouts(e)
	return nil
}

// stop takes ExecStop= when it is one command that can be run without systemd,
// which alone knows $MAINPID. Else the processes are signalled.
func (u *unit) stop(e *Entry) error {
	commands := u.of("Service", "ExecStop")
	if len(commands) != 1 || commands[0].value == "" {
		return nil
	}
	trial := &Entry{Name: e.Name}
	line, err := u.commandLine(trial, commands[0], u.variables(false))
	if err != nil || len(line.unknown) > 0 {
		return err
	}
	commands[0].taken = true
	e.Notes = append(e.Notes, trial.Notes...)
	e.Stop = commandOf(line.words)
	mode := u.of("Service", "KillMode")
	if len(mode) == 0 || mode[len(mode)-1].value != "none" {
		e.note(commands[0].line, "not the same: %s: systemd then kills what is left of the service, svctl does not", commands[0])
	} else {
		mode[len(mode)-1].taken = true
	}
	return nil
}

// variables are those that Environment= sets. Where files do too, their word
// counts, and with it nothing can be told.
func (u *unit) variables(certain bool) map[string]string {
	known := make(map[string]string)
	if certain && len(u.of("Service", "EnvironmentFile")) > 0 {
		return known
	}
	for _, s := range u.of("Service", "Environment") {
		if s.over {
			continue
		}
		words, err := splitUnitWords(s.value)
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
