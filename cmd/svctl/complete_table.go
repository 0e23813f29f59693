package main

import (
	"github.com/svloop/svloop/internal/export/formats"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// completedAction is an action as shells offer it.
type completedAction struct {
	name, about string
	operands    func(*typed, environment) suggestions // nil: it takes none
}

// completed are the actions in the order of the usage.
var completed = []completedAction{
	{"start", "start services", names(nil)},
	{"stop", "stop services", names(nil)},
	{"restart", "stop and start services", names(nil)},
	{"try-restart", "restart services that run", names(nil)},
	{"reload", "let services read their configuration again", names(canReload)},
	{"force-reload", "reload services, or restart them", names(nil)},
	{"signal", "send a signal to the main process of services", signalThenNames},
	{"ensure", "bring services into their expected state", names(nil)},
	{"apply", "apply what changed in the configuration", nil},
	{"status", "report the state of services", names(nil)},
	{"wait", "wait until services are in a state", names(nil)},
	{"check", "compare services with their expected state", names(nil)},
	{"supervise", "keep all services in their expected state", nil},
	{"metrics", "print metrics for Prometheus", nil},
	{"list", "list groups and services", names(nil)},
	{"logs", "print the last lines of logs", names(nil)},
	{"show", "print the commands of services", names(nil)},
	{"match", "list the processes of services", names(hasMatches)},
	{"config", "validate or print the configuration", firstOperand("check", "validate", "dump", "print as JSON")},
	{"export", "translate services for an init system", formatThenNames},
	{"unexport", "remove what export wrote", formatThenNames},
	{"selftest", "test a service against the LSB table", names(nil)},
	{"import", "translate definitions of other systems", importedFiles},
	{"completion", "print the completion script of a shell", completionOperands},
	{"help", "print the usage", nil},
}

// freeValue is the name of the entry for values that only the user knows.
const freeValue = ""

// optionValues are the values of the options that have one.
var optionValues = map[string]func(*typed) suggestions{
	freeValue:  anyValue,
	"conf":     files,
	"conftype": values(servicedef.Apache, servicedef.JSON),
	"log":      values(servicedef.Logs...),
	"logfile":  files,
	"loglevel": values(servicedef.LogLevels...),
	"logname":  anyValue,
	"color":    values(colourModes...),
	"jobs":     anyValue,
	"timeout":  anyValue,
	"for":      values(waitStates...),
	"lines":    anyValue,
	"warning":  anyValue,
	"critical": anyValue,
	"watch":    anyValue,
	"pidfile":  files,
	"store":    files,
	"interval": anyValue,
	"output": func(l *typed) suggestions {
		if l.action == "metrics" {
			return suggestions{files: anyFile}
		}
		return suggestions{files: directory}
	},
}

func anyValue(*typed) suggestions { return suggestions{} }
func files(*typed) suggestions    { return suggestions{files: anyFile} }

func values[T ~string](words ...T) func(*typed) suggestions {
	return func(*typed) suggestions { return suggestions{words: undescribed(words)} }
}

func undescribed[T ~string](words []T) []suggestion {
	all := make([]suggestion, len(words))
	for i, word := range words {
		all[i] = suggestion{word: string(word)}
	}
	return all
}

// firstOperand offers words, each followed by its description, as the only operand.
func firstOperand(described ...string) func(*typed, environment) suggestions {
	return func(l *typed, _ environment) (found suggestions) {
		for i := 0; i < len(described) && len(l.args) == 0; i += 2 {
			found.words = append(found.words, suggestion{described[i], described[i+1]})
		}
		return found
	}
}

func signalThenNames(l *typed, env environment) suggestions {
	if len(l.args) == 0 {
		return suggestions{words: undescribed(proctree.SignalNames())}
	}
	l.args = l.args[1:]
	return names(nil)(l, env)
}

func formatThenNames(l *typed, env environment) suggestions {
	if len(l.args) == 0 {
		return suggestions{words: undescribed(formats.Names())}
	}
	l.args = l.args[1:]
	return names(nil)(l, env)
}

func importedFiles(*typed, environment) suggestions { return suggestions{files: anyFile} }

func completionOperands(l *typed, _ environment) suggestions {
	switch len(l.args) {
	case 0:
		return suggestions{words: undescribed(shells)}
	case 1:
		return suggestions{words: undescribed(completedPrograms)}
	}
	return suggestions{}
}
