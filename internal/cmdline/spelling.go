package cmdline

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// oldNames are the long options of simplevisor-loop. Only these can be abbreviated, so
// that a new option of svloop never makes an abbreviation ambiguous.
var oldNames = []string{"count", "daemon", "debug", "help", "manual", "pidfile", "quit", "sleep", "status"}

// spellings rewrites the options for pflag. Like simplevisor-loop it accepts a long
// option with one dash ("-daemon", "-pidfile x"), a short one with two ("--c 1"), and an
// abbreviation of an old name with either ("--stat"). The words from the first that is
// not an option belong to the command.
func spellings(flags *pflag.FlagSet, args []string) []string {
	words := slices.Clone(args)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" || !strings.HasPrefix(word, "-") || word == "-" {
			break
		}
		name, value, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
		flag, option := named(flags, name)
		if flag == nil {
			continue
		}
		if !strings.HasPrefix(word, "---") {
			words[i] = option
			if hasValue {
				words[i] += "=" + value
			}
		}
		if flag.NoOptDefVal == "" && !hasValue {
			i++ // the next word is its value
		}
	}
	return words
}

// named returns the option for a name with one or two dashes, and its spelling for pflag:
// a letter has one dash. It returns nil if there is no such option.
func named(flags *pflag.FlagSet, name string) (flag *pflag.Flag, option string) {
	if len(name) == 1 {
		if flag = flags.ShorthandLookup(name); flag != nil {
			return flag, "-" + name
		}
	}
	if flag = flags.Lookup(name); flag == nil {
		flag = flags.Lookup(unabbreviated(name))
	}
	if flag == nil {
		return nil, ""
	}
	return flag, "--" + flag.Name
}

// unabbreviated returns the only old name with this prefix, or "".
func unabbreviated(beginning string) string {
	found := ""
	for _, name := range oldNames {
		switch {
		case beginning == "" || !strings.HasPrefix(name, beginning):
		case found != "":
			return ""
		default:
			found = name
		}
	}
	return found
}
