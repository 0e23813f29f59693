package servicedef

import (
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// order resolves the key after of all entries: the names in it to entries
// (Entry.After), and those to services (Service.After).
func (in *interpreter) order(c *Config) {
	any := false
	walk(c.Entries, func(e *Entry) {
		e.After = in.named(c, e)
		any = any || len(e.After) > 0
	})
	if any {
		expand(c.Entries, nil)
		in.acyclic(c)
	}
}

// named returns the entries that the key after of an entry names.
func (in *interpreter) named(c *Config, e *Entry) []*Entry {
	text, pos := in.afterText(e)
	var all []*Entry
	for _, name := range splitWords(text) {
		other, err := c.Find(name)
		switch {
		case err != nil && strings.Contains(name, ","):
			in.fail(pos, "key %q has a comma in %q: separate the names by blanks", "after", name)
		case err != nil && in.incomplete: // an entry that is wrong may have the name
		case err != nil:
			in.fail(pos, "key %q: %w", "after", err)
		case other == e:
			in.fail(pos, "entry %q cannot be after itself", e.Path)
		case e.within(other):
			in.fail(pos, "entry %q cannot be after group %q, which contains it", e.Path, other.Path)
		case other.within(e):
			in.fail(pos, "group %q cannot be after entry %q, which it contains", e.Path, other.Path)
		case !slices.Contains(all, other):
			all = append(all, other)
			if g := e.mustPrecede(other); g != nil {
				in.warn(pos, "key %q has no effect for svctl supervise: %q follows in group %q, which starts its children in the order of the file",
					"after", other.Path, g.Path)
			}
		}
	}
	return all
}

// afterText returns the value of the key after, and its position.
func (in *interpreter) afterText(e *Entry) (string, configgeneral.Pos) {
	b := in.block(e.block)
	if v := e.block.Get("after"); v != nil && v.Kind == configgeneral.Array && len(v.List) > 1 {
		in.fail(v.List[1].Pos, "key %q occurs %d times, first at %s: write all names in one value, separated by blanks",
			"after", len(v.List), v.List[0].Pos)
		return "", v.Pos
	}
	text, _ := b.given("after")
	return text, b.pos("after")
}

// within reports whether the entry is the other, or is in it.
func (e *Entry) within(other *Entry) bool {
	for ; e != nil; e = e.parent {
		if e == other {
			return true
		}
	}
	return false
}

// mustPrecede returns the group that starts the entry before the other one, whatever their
// keys say: the smallest group that contains both, if its strategy demands an order. It
// returns nil if there is none.
func (e *Entry) mustPrecede(other *Entry) *Entry {
	g := e.parent
	for g != nil && !other.within(g) {
		g = g.parent
	}
	if g == nil || g.Group.Strategy == OneForOne {
		return nil
	}
	if slices.IndexFunc(g.Children, e.within) < slices.IndexFunc(g.Children, other.within) {
		return g
	}
	return nil
}

// expand sets Service.After of all services below the entries. Services whose entry
// has no key after share the list of their group.
func expand(entries []*Entry, inherited []*Service) {
	for _, e := range entries {
		all := inherited
		if len(e.After) > 0 {
			all = nil
			listed := make(map[*Service]bool)
			add := func(services []*Service) {
				for _, s := range services {
					if !listed[s] {
						listed[s] = true
						all = append(all, s)
					}
				}
			}
			for _, other := range e.After {
				add(other.Services())
			}
			add(inherited)
		}
		if e.Service != nil {
			e.Service.After = all
		}
		expand(e.Children, all)
	}
}

// acyclic reports services that are after each other. Of cycles that share a service
// it reports only the first.
func (in *interpreter) acyclic(c *Config) {
	const done = -1
	place := make(map[*Service]int) // in the chain, from 1
	reported := make(map[*Service]bool)
	var chain []*Service // each is after the next
	var visit func(s *Service)
	visit = func(s *Service) {
		switch at := place[s]; {
		case at == done:
			return
		case at > 0:
			cycle := chain[at-1:]
			if !slices.ContainsFunc(cycle, func(s *Service) bool { return reported[s] }) {
				in.cycle(c, cycle)
			}
			for _, s := range cycle {
				reported[s] = true
			}
			return
		}
		chain = append(chain, s)
		place[s] = len(chain)
		for _, other := range s.After {
			visit(other)
		}
		chain = chain[:len(chain)-1]
		place[s] = done
	}
	for _, s := range c.Services() {
		visit(s)
	}
}

// cycle reports a cycle at the key that puts its first service after the second.
func (in *interpreter) cycle(c *Config, cycle []*Service) {
	text := ""
	for _, s := range cycle {
		text += s.Path + " after "
	}
	first, second := c.entry(cycle[0]), c.entry(cycle[1])
	for !slices.ContainsFunc(first.After, second.within) {
		first = first.parent
	}
	in.fail(first.At("after"), "the order has a cycle: %s%s", text, cycle[0].Path)
}

// entry returns the entry of a service.
func (c *Config) entry(s *Service) (found *Entry) {
	c.Walk(func(e *Entry) {
		if e.Service == s {
			found = e
		}
	})
	return found
}
