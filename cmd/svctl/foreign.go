package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/internal/shellquote"
	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/proctree"
)

// foreign are the words of other tools: of systemctl, supervisorctl, sv, s6-svc, monit and
// simplevisor, and of init scripts. Each has the command of svctl for the same purpose; *
// stands for the names.
var foreign = map[string]string{
	"up": "start *", "run": "start *", "launch": "start *", "enable": "export systemd --install *", "disable": "unexport systemd *",
	"down": "stop *", "halt": "stop *", "terminate": "stop *", "shutdown": "supervise --quit",
	"bounce": "restart *", "condrestart": "try-restart *", "cond-restart": "try-restart *",
	"hup": "signal HUP *", "kill": "signal TERM *", "term": "signal TERM *", "interrupt": "signal INT *", "pause": "signal STOP *", "cont": "signal CONT *",
	"graceful": "reload *", "reload-or-restart": "force-reload *", "try-reload-or-restart": "force-reload *",
	"update": "apply", "reread": "--dry-run apply", "add": "apply", "remove": "apply", "delete": "apply", "daemon-reload": "apply",
	"configtest": "config check", "checkconfig": "config check", "check_configuration": "config check", "testconfig": "config check", "validate": "check *",
	"is-active": "status *", "is-running": "status *", "is-failed": "check *", "is-enabled": "show *", "summary": "status *", "pid": "status *", "ps": "status *",
	"tail": "logs -f *", "log": "logs *", "journal": "logs *", "cat": "show *", "avail": "list", "ls": "list", "list-units": "list",
	"monitor": "supervise", "wake_up": "supervise --wake-up", "stop_supervisor": "supervise --quit --leave", "stop_children": "stop",
	"restart_child": "restart *", "version": "--version", "usage": "help", "man": "--manual",
	"force-stop": "stop *", "force-restart": "restart *", "stopall": "stop", "startall": "start", "quit": "stop *", "reset-failed": "stop *",
	"status-all": "status", "stats": "status *", "top": "status --watch *", "watch": "status --watch *", "health": "check *",
	"reload-config": "apply", "test": "config check", "dump": "config dump", "dry-run": "--dry-run *", "fg": "logs -f *",
	"edit": "list *", "describe": "show *", "inspect": "show *", "info": "show *",
	"stat": "status *",
}

// unknownAction returns the usage error for a word that is no action. The hint is the
// command of svctl that the user probably means.
func (o *options) unknownAction() error {
	text := fmt.Sprintf("unknown action %q", o.action)
	if h := o.hintValue(o.action); h != "" {
		return &usageerror.Error{Text: text, Hint: h}
	}
	if strings.HasSuffix(o.action, ".conf") {
		return &usageerror.Error{Text: text, Hint: useConf}
	}
	command, known := o.equivalent(o.action, o.args)
	for i := 0; i < len(o.args) && !known; i++ { // the action may stand behind the names
		names := slices.Concat([]string{o.action}, o.args[:i], o.args[i+1:])
		if _, is := actions[o.args[i]]; is {
			command, known = line(o.args[i]+" *", names), true
		} else {
			command, known = o.equivalent(o.args[i], names)
		}
	}
	if !known {
		return usageerror.Unknown(o.action, actionNames(), "unknown action %q", o.action)
	}
	return &usageerror.Error{Text: text, Hint: "use: " + command}
}

// equivalent returns the command for a word of another tool.
func (o *options) equivalent(word string, names []string) (command string, known bool) {
	command, known = foreign[word]
	if word == "kill" && len(names) > 1 {
		if sig, err := proctree.ParseSignal(names[0]); err == nil { // as with signal
			return line("signal "+proctree.SignalName(sig)+" *", names[1:]), known
		}
	}
	return line(command, names), known
}

// line returns a command line of svctl with names in the place of the asterisk.
func line(command string, names []string) string {
	words := []string{"svctl"}
	for word := range strings.FieldsSeq(command) {
		if word == "*" {
			words = append(words, names...)
		} else {
			words = append(words, word)
		}
	}
	return shellquote.Show(words)
}
