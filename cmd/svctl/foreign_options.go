package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Hints, most of which several options have.
const (
	useJSON   = "use --json for all details"
	useDebug  = "use --loglevel debug"
	useDryRun = "use --dry-run"
	useConf   = "use --conf FILE"
	useSignal = "the signal is the first argument, as in: svctl signal HUP web"
	useLines  = "use -n N for the last N lines"
	noNames   = "without a name, the action applies to all services"
	returns   = "actions return when the service is in the new state"
	ownLimit  = "the time limit is that of the entry, see timeout in svctl.conf(5)"
)

// foreignOptions are options of other tools, without their dashes: of systemctl,
// journalctl, supervisorctl, docker and the coreutils. Each has a hint, for one action or,
// without "ACTION ", for all. Options that svctl has for other actions are here, too.
var foreignOptions = map[string]string{
	"v": useDebug, "verbose": useDebug, "debug": useDebug, "d": useDebug, "V": "use --version",
	"c": useConf, "config": useConf, "config-file": useConf, "configuration": useConf, "follow": useConf, "status follow": "use --watch", "status f": "use --watch",
	"l": useJSON, "full": useJSON, "p": useJSON, "property": useJSON, "o": useJSON, "output": useJSON, "format": useJSON, "long": useJSON,
	"metrics o": "use --output FILE", "export o": "use --output DIR",
	"a": noNames, "all": noNames, "silent": "use --quiet", "s": "use --quiet",
	"check": useDryRun, "test": useDryRun, "simulate": useDryRun, "noop": useDryRun, "just-print": useDryRun,
	"signal s": useSignal, "signal signal": useSignal,
	"no-pager": "only --manual uses a pager", "no-block": returns, "wait": returns, "now": returns, "block": returns,
	"warning": "use --watch", "w": "use --watch", "interval": "use --watch=SECONDS", "critical": useConf,
	"timeout": ownLimit, "time": ownLimit, "wait state": "use --for STATE", "wait until": "use --for STATE",
	"status state": "use --failed", "parallel": "use --jobs N", "no-color": "use --color=never", "no-colour": "use --color=never", "colour": "use --color",
	"logs tail": useLines, "logs since": useLines, "logs S": useLines, "logs F": "-f follows rotated files, too",
	"u": "services are named without an option", "unit": "services are named without an option",
}

// explain adds to the error of a wrong option what the user probably means.
func (o *options) explain(flags *pflag.FlagSet, err error, args []string) error {
	wrong, _ := errors.AsType[*usageerror.Error](usageerror.Explain(flags, err))
	action, operands := operandsOf(args)
	if _, known := actions[action]; !known && foreign[action] != "" {
		o.action, o.args = action, operands
		if name, sig := signalIn(args); action == "kill" && sig {
			return &usageerror.Error{Text: `unknown action "kill"`, Hint: "use: " + line("signal "+name+" *", operands)}
		}
		return o.unknownAction()
	}
	name := wrongOption(action, err)
	switch signal, sig := signalIn(args); {
	case action == "signal" && sig:
		wrong.Hint = "use: " + line("signal "+signal+" *", operands)
	case action == "logs" && isNumber(name):
		wrong.Hint = useLines
	default:
		wrong.Hint = foreignOption(action, name, wrong.Hint)
	}
	return wrong
}

// foreignOption returns the hint for an option, or the other hint. It names no option that
// the action does not take.
func foreignOption(action, name, otherwise string) string {
	for _, key := range []string{action + " " + name, name} {
		if h := foreignOptions[key]; h != "" && takes(action, hintedOption(h)) {
			return h
		}
	}
	return otherwise
}

// hintedOption returns the name of the option in a hint, "" if there is none.
func hintedOption(h string) string {
	_, text, _ := strings.Cut(h, "use --")
	end := strings.IndexFunc(text, func(c rune) bool { return c == ' ' || c == '=' || c == ',' })
	if end < 0 {
		return text
	}
	return text[:end]
}

// takes reports whether an action has an option. A command line without an action may have
// all.
func takes(action, option string) bool {
	a, known := actions[action]
	return !known || !slices.Contains(specificOptions(), option) || slices.Contains(a.options, option)
}

// wrongOption returns the name of an option that does not exist or lacks its value, or that
// the action does not take anyway. It returns "" for other errors.
func wrongOption(action string, err error) string {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknown.GetSpecifiedName()
	case errors.As(err, &missing):
		return missing.GetFlag().Name
	case errors.As(err, &value) && !takes(action, value.GetFlag().Name):
		return value.GetFlag().Name
	}
	return ""
}

// operandsOf returns the action of a command line, and its other words that are no options.
func operandsOf(args []string) (action string, operands []string) {
	action = actionIn(args)
	i := slices.Index(args, action)
	if i < 0 {
		return "", nil
	}
	for _, word := range args[i+1:] {
		if !strings.HasPrefix(word, "-") {
			operands = append(operands, word)
		}
	}
	return action, operands
}

// signalIn returns the signal that is given as an option, as for kill(1).
func signalIn(args []string) (name string, found bool) {
	for _, word := range args {
		if text, dashed := strings.CutPrefix(word, "-"); dashed {
			if sig, err := proctree.ParseSignal(text); err == nil {
				return proctree.SignalName(sig), true
			}
		}
	}
	return "", false
}

func isNumber(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// hintValue returns a hint if a word is the value of an option whose value is optional, and
// so has to be in the same word.
func (o *options) hintValue(word string) string {
	switch _, interval := servicedef.ParseInterval(word); {
	case o.reporting.watch > 0 && interval:
		return "use --watch=" + word
	case o.colour == colourAlways && slices.Contains(colourModes, word):
		return "use --color=" + word
	}
	return ""
}
