package cmdline

import (
	"errors"
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/usageerror"
)

// ErrStray is wrapped by the error of [ParseEntry] about a word that is not part of any
// option.
var ErrStray = errors.New("is neither an option nor the value of an option")

// ParseEntry parses the options of svloop in a service entry. svctl runs
//
//	svloop -c 1 --pidfile PIDFILE OPTIONS --daemon COMMAND
//
// for it, so Daemon is set in the result only if the options themselves contain
// --daemon. A command that begins with a dash continues the options, as it does for
// svloop.
func ParseEntry(pidfile string, options, command []string) (*Options, error) {
	o := Defaults()
	o.Count, o.Pidfile, o.Command = 1, pidfile, command
	if len(options) == 0 && !strings.HasPrefix(command[0], "-") {
		return o, nil // many entries have no options, and the parser is slow
	}
	flags := o.Flags()
	if err := flags.Parse(spellings(flags, options)); err != nil {
		return nil, explain(flags, err)
	}
	switch {
	case flags.ArgsLenAtDash() >= 0:
		return nil, fmt.Errorf("word \"--\" %w", ErrStray)
	case flags.NArg() > 0:
		return nil, fmt.Errorf("word %q %w", flags.Arg(0), ErrStray)
	}
	if err := flags.Parse(spellings(flags, command)); err != nil {
		return nil, explain(flags, err)
	}
	o.Command = flags.Args()
	switch {
	case o.Pidfile != pidfile:
		return nil, usageerror.Wrong("option --pidfile is set by the key daemon of the entry")
	case o.Status:
		return nil, usageerror.Wrong("option --status does not start a program")
	case o.Quit:
		return nil, usageerror.Wrong("option --quit does not start a program")
	case o.Help || o.Manual || o.Version:
		return o, nil
	}
	if err := o.check(flags); err != nil {
		return nil, err
	}
	return o, nil
}
