package servicedef

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
	"github.com/svloop/svloop/pkg/suggest"
)

// Config is a configuration: its entries and settings.
type Config struct {
	Name     string // of the file
	Tree     *configgeneral.Value
	Entries  []*Entry
	Settings Settings
	Warnings []error // about keys without an effect; each with its position
}

// Settings are the settings of the <simplevisor> block that svctl uses. An absent
// setting is empty.
type Settings struct {
	Log      string // null, file, syslog or stdout
	LogFile  string
	LogLevel string
	LogName  string
}

// Services returns all services in the order of the file.
func (c *Config) Services() []*Service {
	return (&Entry{Children: c.Entries}).Services()
}

// NotFoundError is returned if no entry has the name.
type NotFoundError struct {
	Name    string
	Nearest string // a similar name, or ""
}

func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no service %q in the configuration", e.Name)
	if e.Nearest != "" {
		text += fmt.Sprintf(" (did you mean %q?)", e.Nearest)
	}
	return text
}

// AmbiguousError is returned if several entries have the name.
type AmbiguousError struct {
	Name  string
	Paths []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("name %q is ambiguous: it is %s", e.Name, strings.Join(e.Paths, " or "))
}

// Find returns the entry with a path, or with a bare name if only one entry has
// it. The error is a [NotFoundError] or an [AmbiguousError].
func (c *Config) Find(name string) (*Entry, error) {
	var found []*Entry
	var known []string
	var byPath *Entry
	walk(c.Entries, func(e *Entry) {
		known = append(known, e.Path)
		if e.Name != e.Path {
			known = append(known, e.Name)
		}
		if e.Path == name {
			byPath = e
		} else if e.Name == name {
			found = append(found, e)
		}
	})
	switch {
	case byPath != nil:
		return byPath, nil
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return nil, &NotFoundError{Name: name, Nearest: suggest.Nearest(name, known)}
	}
	paths := make([]string, len(found))
	for i, e := range found {
		paths[i] = e.Path
	}
	return nil, &AmbiguousError{Name: name, Paths: paths}
}

// Walk visits all entries in the order of the file, a group before its children.
func (c *Config) Walk(visit func(*Entry)) { walk(c.Entries, visit) }

func walk(entries []*Entry, visit func(*Entry)) {
	for _, e := range entries {
		visit(e)
		walk(e.Children, visit)
	}
}
