package servicedef

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/pkg/suggest"
)

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
	if e := c.index.byPath[name]; e != nil {
		return e, nil
	}
	switch found := c.index.byName[name]; len(found) {
	case 0:
		return nil, &NotFoundError{Name: name, Nearest: suggest.Nearest(name, c.names())}
	case 1:
		return found[0], nil
	default:
		paths := make([]string, len(found))
		for i, e := range found {
			paths[i] = e.Path
		}
		return nil, &AmbiguousError{Name: name, Paths: paths}
	}
}

// names returns all paths and bare names in the order of the file.
func (c *Config) names() []string {
	var all []string
	c.Walk(func(e *Entry) {
		all = append(all, e.Path)
		if e.Name != e.Path {
			all = append(all, e.Name)
		}
	})
	return all
}

// index has the entries by their paths, and by their names if these are no paths.
type index struct {
	byPath map[string]*Entry
	byName map[string][]*Entry
}

func newIndex(entries []*Entry) *index {
	x := &index{make(map[string]*Entry), make(map[string][]*Entry)}
	walk(entries, func(e *Entry) {
		x.byPath[e.Path] = e
		if e.Name != e.Path {
			x.byName[e.Name] = append(x.byName[e.Name], e)
		}
	})
	return x
}
