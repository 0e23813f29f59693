// Package usageerror says what is wrong with a command line: one line that names the
// option, the value and what is accepted, and a hint when something else was
// probably meant. It reads the values that several options share.
package usageerror

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/pkg/suggest"
)

// Error is wrong usage: exit status 2, and nothing was done.
type Error struct {
	Text string
	Hint string // "" when there is nothing better than the help
}

func (e *Error) Error() string { return e.Text }

// Wrong returns an error without a hint.
func Wrong(format string, args ...any) error { return &Error{Text: fmt.Sprintf(format, args...)} }

// Unknown returns an error about a word that is none of those that are known,
// with the nearest of them for a hint.
func Unknown(word string, known []string, format string, args ...any) error {
	e := &Error{Text: fmt.Sprintf(format, args...)}
	if near := suggest.Nearest(word, known); near != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// Value is an option value that a function reads. Its error says what would
// have been accepted: "want …".
type Value func(text string) error

// Set, String and Type make it a pflag.Value.
func (v Value) Set(text string) error { return v(text) }
func (v Value) String() string        { return "" }

// Type names it where the flag library would print a usage of its own.
func (v Value) Type() string { return "value" }

// Explain turns an error of the flag library into an *Error.
func Explain(flags *pflag.FlagSet, err error) error {
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
		return &Error{Text: fmt.Sprintf("unknown option --%s", name), Hint: nearest(flags, name)}
	case errors.As(err, &value):
		return Wrong("option --%s: %q is wrong: %s", value.GetFlag().Name, value.GetValue(), want(value))
	case errors.As(err, &missing):
		return Wrong("option --%s needs a value%s", missing.GetFlag().Name, wanted(missing.GetFlag()))
	case errors.As(err, &malformed):
		return Wrong("%q is no option", malformed.GetSpecifiedFlag())
	}
	return Wrong("%v", err)
}

// want says what an option accepts: its Value does, and else it is a switch.
func want(e *pflag.InvalidValueError) string {
	if _, ok := e.GetFlag().Value.(Value); ok {
		return e.Unwrap().Error()
	}
	return "want true or false"
}

// wanted is what an option accepts that got no value: what it says of an empty
// one, which hardly any takes.
func wanted(flag *pflag.Flag) string {
	if value, ok := flag.Value.(Value); ok {
		if err := value(""); err != nil {
			return ": " + err.Error()
		}
	}
	return ""
}

// unknownLetter names the whole word that an unknown letter stands in: it may
// be a long option with one dash and a mistake.
func unknownLetter(flags *pflag.FlagSet, letter, letters string) error {
	if letter == letters {
		return Wrong("unknown option -%s", letter)
	}
	name, _, _ := strings.Cut(letters, "=")
	return &Error{Text: fmt.Sprintf("unknown option -%s in %q", letter, "-"+letters), Hint: nearest(flags, name)}
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
