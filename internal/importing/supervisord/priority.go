package supervisord

import (
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// defaultPriority is that of programs and groups (supervisord: "priority").
const defaultPriority = 999

// order is the order of programs and groups that supervisord starts by priority, the
// lowest first. It is empty if all have the same.
type order struct {
	levels map[string]int // by section: 0 for the lowest priority
	found  [][]*entry.Entry
	prefix string // of the paths of the entries
}

// order reads the priorities of sections, and takes them if they order anything.
func (c *supervisordConfig) order(sections []string, prefix string) *order {
	values := make(map[string]int)
	var distinct []int
	for _, section := range sections {
		value, ok := c.priority(section)
		if !ok {
			return &order{}
		}
		values[section] = value
		if !slices.Contains(distinct, value) {
			distinct = append(distinct, value)
		}
	}
	if len(distinct) < 2 {
		return &order{}
	}
	slices.Sort(distinct)
	o := &order{levels: make(map[string]int), found: make([][]*entry.Entry, len(distinct)), prefix: prefix}
	for section, value := range values {
		c.get(section, "priority") // takes it
		o.levels[section] = slices.Index(distinct, value)
	}
	return o
}

// priority returns the priority of a section without taking it.
func (c *supervisordConfig) priority(section string) (value int, ok bool) {
	value = defaultPriority
	for _, section := range []string{"DEFAULT", section} {
		for _, s := range c.Of(section, "priority") {
			n, err := strconv.Atoi(strings.TrimSpace(s.Value))
			if err != nil {
				return 0, false
			}
			value = n
		}
	}
	return value, true
}

// add adds the entries of a section.
func (o *order) add(section string, entries ...*entry.Entry) {
	if o.levels != nil {
		level := o.levels[section]
		o.found[level] = append(o.found[level], entries...)
	}
}

// apply has the entries of each level follow those of the level below.
func (o *order) apply() {
	var below []string
	for _, entries := range o.found {
		var paths []string
		for _, e := range entries {
			e.After = slices.Clone(below)
			paths = append(paths, o.prefix+e.Name)
		}
		below = paths
	}
}

// members returns the sections of the programs of a group, as far as they exist.
func (c *supervisordConfig) members(group string) []string {
	var all []string
	if programs := c.get(group, "programs"); programs != nil {
		for member := range strings.SplitSeq(programs.Value, ",") {
			all = append(all, programPrefix+strings.TrimSpace(member))
		}
	}
	return all
}

// top returns the sections of groups, and of programs that are in no group.
func (c *supervisordConfig) top() []string {
	var groups, programs, grouped []string
	for _, s := range c.sections {
		switch {
		case strings.HasPrefix(s.name, groupPrefix):
			groups = append(groups, s.name)
			grouped = append(grouped, c.members(s.name)...)
		case strings.HasPrefix(s.name, programPrefix):
			programs = append(programs, s.name)
		}
	}
	return append(groups, slices.DeleteFunc(programs, func(name string) bool { return slices.Contains(grouped, name) })...)
}
