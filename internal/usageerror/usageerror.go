// Package usageerror explains mistakes in a command line: one line with the option, the
// value and the accepted values, and a hint with the most likely intention. It parses the
// values that several options share.
package usageerror

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/svloop/svloop/pkg/suggest"
)

// Error is a usage error: exit status 2, and nothing was done.
type Error struct {
	Text string
	Hint string // "" for the usage text
}

func (e *Error) Error() string { return e.Text }

// Wrong returns an error without a hint.
func Wrong(format string, args ...any) error { return &Error{Text: fmt.Sprintf(format, args...)} }

// Unknown returns an error for an unknown word, with the most similar known word as the
// hint.
func Unknown(word string, known []string, format string, args ...any) error {
	e := &Error{Text: fmt.Sprintf(format, args...)}
	if near := suggest.Nearest(word, known); near != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// Value is an option value that a function parses. Its error names the accepted values:
// "want …".
type Value func(text string) error

// Set, String and Type implement pflag.Value.
func (v Value) Set(text string) error { return v(text) }
func (v Value) String() string        { return "" }

// Type is the name in the usage of the flag library, which is not used.
func (v Value) Type() string { return "value" }

// Explain converts an error of the flag library to an *Error.
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
		return Wrong("%q is not an option", malformed.GetSpecifiedFlag())
	}
	return Wrong("%v", err)
}

// want returns the accepted values of an option. An option that is no Value is a switch.
func want(e *pflag.InvalidValueError) string {
	if _, ok := e.GetFlag().Value.(Value); ok {
		return e.Unwrap().Error()
	}
	return "want true or false"
}

// wanted returns the accepted values of an option that is missing its value: the error of
// an empty value, which hardly any option accepts.
func wanted(flag *pflag.Flag) string {
	if value, ok := flag.Value.(Value); ok {
		if err := value(""); err != nil {
			return ": " + err.Error()
		}
	}
	return ""
}

// unknownLetter names the whole word with an unknown letter, because the word may be a
// misspelled long option with one dash.
func unknownLetter(flags *pflag.FlagSet, letter, letters string) error {
	if letter == letters {
		return Wrong("unknown option -%s", letter)
	}
	name, _, _ := strings.Cut(letters, "=")
	return &Error{Text: fmt.Sprintf("unknown option -%s in %q", letter, "-"+letters), Hint: nearest(flags, name)}
}

// nearest returns a hint with the most similar option, if there is one.
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
