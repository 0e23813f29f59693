package entry

import (
	"slices"
	"strings"
)

// Order is a line of a definition that names services before or after this one. It is
// translated to the key after if these services are imported, too.
type Order struct {
	Key    string   // the beginning of the line, as in "After="
	Names  []string // as the line has them
	Suffix string   // of each name, behind that of an entry
	Before bool     // the services come after this one
}

// AddOrder adds the note on a line that has no equivalent unless the services that it
// names are imported.
func (e *Entry) AddOrder(line int, text string, o Order) {
	note := Note{Line: line, Text: "no equivalent: " + text}
	if len(o.Names) > 0 {
		note.Order = &o
	}
	e.Notes = append(e.Notes, note)
}

// Resolve translates the order of the services that are all imported, and leaves the
// rest to the notes.
func (all Definitions) Resolve() {
	named := make(map[string]*Entry)
	var entries []*Entry
	for _, d := range all {
		entries = append(entries, d.Entries...)
	}
	for _, e := range entries {
		named[e.Name] = e
	}
	for _, e := range entries {
		for _, alias := range e.Aliases {
			if named[alias] == nil {
				named[alias] = e
			}
		}
		e.After = slices.DeleteFunc(e.After, func(name string) bool { return named[name] == nil }) // a refused entry
	}
	for _, e := range entries {
		for i := range e.Notes {
			e.Notes[i].resolve(e, named)
		}
		e.Notes = slices.DeleteFunc(e.Notes, func(n Note) bool { return n.Order != nil && len(n.Order.Names) == 0 })
	}
}

// resolve translates what it can of the order in a note, and keeps the other names.
func (n *Note) resolve(e *Entry, named map[string]*Entry) {
	if n.Order == nil {
		return
	}
	count := len(n.Order.Names)
	n.Order.Names = slices.DeleteFunc(n.Order.Names, func(name string) bool {
		name, ok := strings.CutSuffix(name, n.Order.Suffix)
		other := named[name]
		if !ok || other == nil {
			return false
		}
		first, second := other, e
		if n.Order.Before {
			first, second = e, other
		}
		if first.follows(second, named, make(map[*Entry]bool)) {
			return false // it would be a cycle
		}
		if !slices.Contains(second.After, first.Name) {
			second.After = append(second.After, first.Name)
		}
		return true
	})
	if left := n.Order.Names; len(left) < count {
		n.Text = "no equivalent: " + n.Order.Key + strings.Join(left, " ")
	}
}

// follows reports whether the entry is the other, or is started after it. It skips the
// entries that it has seen.
func (e *Entry) follows(other *Entry, named map[string]*Entry, seen map[*Entry]bool) bool {
	if e == other {
		return true
	}
	if seen[e] {
		return false
	}
	seen[e] = true
	return slices.ContainsFunc(e.After, func(name string) bool { return named[name].follows(other, named, seen) })
}
