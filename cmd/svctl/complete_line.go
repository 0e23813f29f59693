package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// typed is a command line whose last word is being completed. It may have mistakes.
type typed struct {
	*options
	flags   *pflag.FlagSet
	current string          // the last word, or the part that is the value of an option
	pending *pflag.Flag     // the option whose value that is; nil: none
	ended   bool            // "--" came before it
	given   map[string]bool // options
}

// readLine reads the words after the program's name. The options that it reads are set, as
// far as their values are valid.
func readLine(words []string) *typed {
	last := len(words) - 1
	before := words[:last]
	l := &typed{options: &options{action: actionIn(before)}, current: words[last], given: make(map[string]bool)}
	l.flags = l.options.flags()
	var operands []string
	for _, word := range before {
		switch {
		case l.pending != nil:
			l.set(l.pending, word)
			l.pending = nil
		case len(operands) == 0 && isNumber(word): // of -n, if the action is still to come
		case l.ended || !strings.HasPrefix(word, "-") || word == "-":
			operands = append(operands, word)
		case word == "--":
			l.ended = true
		case strings.HasPrefix(word, "--"):
			l.readLong(word[2:])
		default:
			l.readLetters(word[1:])
		}
	}
	l.action = ""
	if len(operands) > 0 {
		l.action, l.args = operands[0], operands[1:]
	}
	if l.pending == nil && !l.ended && strings.HasPrefix(l.current, "--") {
		if name, value, found := strings.Cut(l.current[2:], "="); found {
			l.pending, l.current = l.flags.Lookup(name), value
			if l.pending == nil || optionValues[name] == nil { // unknown, or a switch
				l.pending = &pflag.Flag{Name: freeValue}
			}
		}
	}
	return l
}

func (l *typed) set(f *pflag.Flag, value string) {
	l.given[f.Name] = true
	_ = l.flags.Set(f.Name, value)
}

func (l *typed) readLong(word string) {
	name, value, attached := strings.Cut(word, "=")
	f := l.flags.Lookup(name)
	switch {
	case f == nil:
	case attached:
		l.set(f, value)
	case f.NoOptDefVal != "":
		l.set(f, f.NoOptDefVal)
	default:
		l.pending = f
	}
}

func (l *typed) readLetters(word string) {
	for i := range word {
		f := l.flags.ShorthandLookup(word[i : i+1])
		switch {
		case f == nil:
			return
		case f.NoOptDefVal != "":
			l.set(f, f.NoOptDefVal)
		case i+1 < len(word):
			l.set(f, strings.TrimPrefix(word[i+1:], "="))
			return
		default:
			l.pending = f
		}
	}
}

// unusedOptions returns the options that the action takes and that were not given. Before an
// action these are all.
func (l *typed) unusedOptions() []suggestion {
	specific := specificOptions()
	var all []suggestion
	l.flags.VisitAll(func(f *pflag.Flag) {
		if l.given[f.Name] || l.action != "" && slices.Contains(specific, f.Name) && !slices.Contains(actions[l.action].options, f.Name) {
			return
		}
		if f.Shorthand != "" {
			all = append(all, suggestion{"-" + f.Shorthand, f.Usage})
		}
		all = append(all, suggestion{"--" + f.Name, f.Usage})
	})
	return all
}
