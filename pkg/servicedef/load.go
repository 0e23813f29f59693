package servicedef

import (
	"errors"
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Type is the syntax of a configuration.
type Type string

// The types of configurations.
const (
	Apache Type = "apache"
	JSON   Type = "json"
)

// Errors are all the errors of a configuration.
type Errors []error

// Error returns one line per error.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (e Errors) Unwrap() []error { return e }

// ErrNoEntry is wrapped if a configuration has no entry.
var ErrNoEntry = errors.New("it contains no <entry>")

// NoEntryError is the error for a configuration without an entry and without any
// other error. It wraps [ErrNoEntry].
type NoEntryError struct{ Config *Config }

func (e *NoEntryError) Error() string { return fmt.Sprintf("%s:1:1: %v", e.Config.Name, ErrNoEntry) }

// Unwrap returns ErrNoEntry.
func (e *NoEntryError) Unwrap() error { return ErrNoEntry }

// Load loads a configuration. The error is that of reading a file, a
// *configgeneral.Error for a syntax error, or [Errors] for errors in the meaning.
// For a configuration without an entry it is Errors with a [NoEntryError].
func Load(name string, kind Type, files configgeneral.Files) (*Config, error) {
	tree, err := parse(name, kind, files)
	if err != nil {
		return nil, err
	}
	in := &interpreter{}
	c := &Config{Name: name, Tree: tree}
	in.top(c, tree)
	if len(in.errors) == 0 && len(c.Entries) == 0 {
		in.errors = append(in.errors, &NoEntryError{c})
	}
	c.Warnings = in.warnings
	if len(in.errors) > 0 {
		return nil, in.errors
	}
	return c, nil
}

func parse(name string, kind Type, files configgeneral.Files) (*configgeneral.Value, error) {
	if kind == JSON {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return configgeneral.ParseJSON(name, data)
	}
	return configgeneral.Parse(name, files)
}
