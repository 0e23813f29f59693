package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/usageerror"
)

// logsOptions are the options of logs.
type logsOptions struct {
	follow bool
	lines  *int // of each log; nil: defaultLines
}

// logsWords are the options that only logs has.
var logsWords = []string{"follow", "lines"}

// defaultLines and mostLines are numbers of lines of each log.
const (
	defaultLines = 10 // as tail(1)
	mostLines    = 1_000_000_000
)

func (o *options) logsFlags(f *pflag.FlagSet) {
	f.BoolVarP(&o.showing.follow, "follow", "f", false, "print new lines too")
	f.VarP(usageerror.Value(o.setLines), "lines", o.letterN(true), "number of lines of each log")
}

// letterN returns the letter n for the option that it stands for: --lines of logs, as in
// tail(1), and --dry-run of all other actions.
func (o *options) letterN(lines bool) string {
	if lines == (o.action == "logs") {
		return "n"
	}
	return ""
}

func (o *options) setLines(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > mostLines || strings.HasPrefix(text, "+") {
		return errors.New("want a whole number of lines from 0 to " + strconv.Itoa(mostLines))
	}
	o.showing.lines = &n
	return nil
}

// last returns how many lines of each log are printed.
func (o logsOptions) last() int {
	if o.lines == nil {
		return defaultLines
	}
	return *o.lines
}

// actionIn returns the action of a command line, or "" if there is none.
func actionIn(args []string) string {
	known := new(options).flags()
	for i := 0; i < len(args); i++ {
		word := args[i]
		var option *pflag.Flag
		switch {
		case isNumber(word): // of -n, whose meaning is not known yet
			continue
		case !strings.HasPrefix(word, "-") || word == "-":
			return word
		case word == "--":
			continue
		case strings.HasPrefix(word, "--"):
			option = known.Lookup(word[2:])
		case len(word) == 2:
			option = known.ShorthandLookup(word[1:])
		}
		if option != nil && option.NoOptDefVal == "" {
			i++ // the next word is its value
		}
	}
	return ""
}
