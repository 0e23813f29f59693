package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/internal/launch"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/pkg/suggest"
)

// usageError is wrong usage: exit status 2, and nothing was started.
type usageError struct{ text, hint string }

func (e *usageError) Error() string { return e.text }

func wrong(format string, args ...any) error { return &usageError{text: fmt.Sprintf(format, args...)} }

// parse reads the words after the program's name.
func parse(args []string) (*options, error) {
	o := defaults()
	flags := o.flags()
	if err := flags.Parse(longDashes(flags, args)); err != nil {
		return nil, explain(flags, err)
	}
	o.command = flags.Args()
	if o.help || o.manual || o.version {
		return o, nil
	}
	if err := o.check(flags); err != nil {
		return nil, err
	}
	return o, nil
}

// longDashes gives long options that were written with one dash their second:
// simplevisor-loop took "-daemon" and "-pidfile x". Words after the first that
// is no option are the command's.
func longDashes(flags *pflag.FlagSet, args []string) []string {
	words := append([]string(nil), args...)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" || !strings.HasPrefix(word, "-") || word == "-" {
			break
		}
		name, _, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
		flag := flags.Lookup(name)
		if flag == nil && len(name) == 1 {
			flag = flags.ShorthandLookup(name)
		}
		if flag == nil {
			continue
		}
		if len(name) > 1 && !strings.HasPrefix(word, "--") {
			words[i] = "-" + word
		}
		if flag.NoOptDefVal == "" && !hasValue {
			i++ // the next word is its value
		}
	}
	return words
}

// explain turns an error of the flag library into one line that names the
// option, the value and what is accepted.
func explain(flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var malformed *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if letters := unknown.GetSpecifiedShortnames(); letters != "" {
			return unknownLetter(flags, name, letters)
		}
		return &usageError{text: fmt.Sprintf("unknown option --%s", name), hint: nearest(flags, name)}
	case errors.As(err, &value):
		return wrong("option --%s: %q is wrong: %v", value.GetFlag().Name, value.GetValue(), value.Unwrap())
	case errors.As(err, &missing):
		return wrong("option --%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &malformed):
		return wrong("%q is no option", malformed.GetSpecifiedFlag())
	}
	return wrong("%v", err)
}

// unknownLetter names the whole word that an unknown letter stands in: it may
// be a long option with one dash and a mistake.
func unknownLetter(flags *pflag.FlagSet, letter, letters string) error {
	if letter == letters {
		return wrong("unknown option -%s", letter)
	}
	name, _, _ := strings.Cut(letters, "=")
	return &usageError{text: fmt.Sprintf("unknown option -%s in %q", letter, "-"+letters), hint: nearest(flags, name)}
}

// nearest is the hint to the option that was probably meant, if there is one.
func nearest(flags *pflag.FlagSet, name string) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if len(f.Name) > 1 {
			names = append(names, f.Name)
		}
	})
	if near := suggest.Nearest(name, names); near != "" {
		return fmt.Sprintf("did you mean --%s?", near)
	}
	return ""
}

// check refuses combinations that mean nothing.
func (o *options) check(flags *pflag.FlagSet) error {
	if o.status && o.quit {
		return wrong("options --status and --quit exclude each other")
	}
	if o.status || o.quit {
		return o.checkQuestion(flags)
	}
	if o.json {
		return wrong("option --json goes with --status")
	}
	if len(o.command) == 0 {
		return wrong("no command given")
	}
	if o.command[0] == "" {
		return wrong("the command is an empty word")
	}
	for _, name := range []string{"backoff", "max-failures"} {
		if flags.Changed(name) && o.restart == onSuccess {
			return wrong("option --%s goes with --restart on-failure or always: without, the first failure ends the loop", name)
		}
	}
	if flags.Changed("survivors") && o.pidfile == "" {
		return wrong("option --survivors needs --pidfile: survivors are found by it")
	}
	if flags.Changed("ready-timeout") && o.ready.Kind == readiness.Exec {
		return wrong("option --ready-timeout goes with --ready other than exec")
	}
	if o.ready.Kind == readiness.PIDFile && filepath.Clean(o.ready.Path) == filepath.Clean(o.pidfile) {
		return wrong("options --pidfile and --ready pidfile: exclude each other for one file: %q", o.pidfile)
	}
	if err := o.checkStreams(); err != nil {
		return err
	}
	return o.checkIdentity()
}

// checkQuestion allows beside --status and --quit only what means something
// there.
func (o *options) checkQuestion(flags *pflag.FlagSet) (err error) {
	question := "status"
	allowed := map[string]bool{"pidfile": true, "debug": true, "status": true, "json": true}
	if o.quit {
		question = "quit"
		allowed = map[string]bool{"pidfile": true, "debug": true, "quit": true, "kill-spec": true}
	}
	flags.Visit(func(f *pflag.Flag) {
		if !allowed[f.Name] && err == nil {
			err = wrong("option --%s has no meaning with --%s", f.Name, question)
		}
	})
	switch {
	case err != nil:
		return err
	case o.pidfile == "":
		return wrong("option --%s needs --pidfile", question)
	case len(o.command) > 0:
		return wrong("option --%s takes no command, but %q was given", question, o.command[0])
	}
	return nil
}

func (o *options) checkStreams() error {
	for i, s := range o.streams {
		if i == 0 && s.kind == streamSyslog {
			return wrong("option --stdin: %q is wrong: want a file to read, null or inherit", "syslog")
		}
		if s.kind == streamSyslog && o.survivors == adoptSurvivors {
			return wrong("options --survivors adopt and --%s syslog exclude each other: svloop carries that output, so the program could not outlive it", streamNames[i])
		}
	}
	return nil
}

// checkIdentity finds the user and group now: a wrong name is wrong usage.
func (o *options) checkIdentity() error {
	if o.user == "" && o.group == "" {
		return nil
	}
	identity, err := launch.LookupIdentity(o.user, o.group)
	if errors.Is(err, launch.ErrNoGroup) {
		return wrong("option --group: %v", err)
	}
	if err != nil {
		return wrong("option --user: %v", err)
	}
	o.setup.Identity = identity
	return nil
}
