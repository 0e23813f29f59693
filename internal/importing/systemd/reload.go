package systemd

import (
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// reload translates ExecReload=. A last command that signals the main process becomes the
// signal, and another command stays one if it runs without systemd, which alone knows
// $MAINPID.
func (u *unit) reload(e *entry.Entry, kind string) {
	var commands entry.Settings
	for _, s := range u.Of("Service", "ExecReload") {
		if s.Value == "" {
			s.Taken = true // it only resets the key
		} else if !s.Over {
			commands = append(commands, s)
		}
	}
	if len(commands) == 0 {
		u.notifyReload(e, kind)
		return
	}
	last := commands[len(commands)-1]
	words, err := splitUnitWords(last.Value)
	if sig, found := killsMain(words); err == nil && found {
		last.Taken = true
		e.ReloadSignal = sig
		return
	}
	trial := &entry.Entry{Name: e.Name}
	line, err := u.commandLine(trial, last, u.variables(true))
	if err != nil || len(commands) > 1 || len(line.unknown) > 0 || isSignal(line.words) {
		return
	}
	last.Taken = true
	e.Notes = append(e.Notes, trial.Notes...)
	e.Reload = entry.Command(line.words)
}

// notifyReload translates Type=notify-reload, which reloads by a signal and waits for
// READY=1.
func (u *unit) notifyReload(e *entry.Entry, kind string) {
	if kind != "notify-reload" {
		return
	}
	e.ReloadSignal = syscall.SIGHUP
	if s := u.Last("Service", "ReloadSignal"); s != nil {
		sig, err := proctree.ParseSignal(s.Value)
		if err != nil {
			s.Taken = false
			return
		}
		e.ReloadSignal = sig
	}
}

// killsMain returns the signal that a command sends to the main process: kill -HUP
// $MAINPID, with the forms of the option of kill(1).
func killsMain(words []string) (sig syscall.Signal, found bool) {
	if len(words) < 3 || path.Base(strings.TrimLeft(words[0], "-@:+!|")) != "kill" || !slices.Contains([]string{"$MAINPID", "${MAINPID}"}, words[len(words)-1]) {
		return 0, false
	}
	options := words[1 : len(words)-1]
	name := ""
	switch {
	case len(options) == 1 && len(options[0]) > 1 && options[0][0] == '-':
		name = options[0][1:]
		if name[0] == 's' && len(name) > 1 {
			name = name[1:] // -sHUP
		}
	case len(options) == 2 && slices.Contains([]string{"-s", "--signal", "-n"}, options[0]):
		name = options[1]
	}
	sig, err := proctree.ParseSignal(name)
	if err != nil || sig == syscall.SIGKILL || sig == syscall.SIGSTOP {
		return 0, false
	}
	return sig, true
}

// isSignal reports whether the key reload would take a command for the name of a signal.
func isSignal(words []string) bool {
	return len(words) == 1 && servicedef.IsReloadSignal(words[0])
}
