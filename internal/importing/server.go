package importing

import (
	"fmt"
	"strings"
)

// serverSection is that of supervisord itself. Some of what it says of the
// server is inherited by all programs.
const serverSection = "supervisord"

// outside is what supervisord knows from around it. Here it is another one.
type outside struct {
	getenv   func(name string) (value string, found bool)
	hostname string
}

// value returns what a name stands for, and where this comes from.
func (o outside) value(name string) (value, from string, found bool) {
	if name == "host_node_name" {
		return o.hostname, "this machine", o.hostname != ""
	}
	variable, isVariable := strings.CutPrefix(name, "ENV_")
	if !isVariable {
		return "", "", false
	}
	value, found = o.getenv(variable)
	return value, "the environment of svctl", found
}

// addOutside makes known what the values of some settings refer to and is not
// known yet; that is noted.
func (c *supervisordConfig) addOutside(o outside, in settings) (notes []Note) {
	for _, s := range in {
		for _, match := range formatPart.FindAllStringSubmatch(s.value, -1) {
			if _, done := c.common[match[1]]; done {
				continue
			}
			value, from, found := o.value(match[1])
			if !found {
				continue
			}
			c.common[match[1]] = value
			notes = append(notes, Note{s.line, fmt.Sprintf("%s has the value from %s: %s", match[0], from, value)})
		}
	}
	return notes
}

// readServer makes known what the server hands to its programs: variables of
// its own, which come over those from outside, but not in themselves.
func (c *supervisordConfig) readServer(o outside) ([]Note, error) {
	var notes []Note
	if s := c.get(serverSection, "environment"); s != nil {
		notes = c.addOutside(o, settings{s})
		text, err := expandFormat(s.value, c.common)
		if err == nil {
			c.variables, err = splitPairs(text)
		}
		if err != nil {
			return nil, &Error{c.file, s.line, serverSection, fmt.Errorf("%s: %w", s.key, err)}
		}
		for _, v := range c.variables {
			c.common["ENV_"+v.name] = v.value
		}
	}
	return append(notes, c.addOutside(o, c.settings)...), nil
}

// inherited takes an option of the program, or that of the server, in whose
// surroundings it runs. The directory is that of a server in the background.
func (p *program) inherited(key string) (string, *setting) {
	section := p.section.name
	if own := p.of(section, key); len(own) == 0 && p.get("DEFAULT", key) == nil {
		section = serverSection
	}
	if section == serverSection && key == "directory" && p.inForeground() {
		return "", nil
	}
	return p.textOf(section, key, "")
}

// inForeground reports whether the server stays in the foreground.
func (c *supervisordConfig) inForeground() bool {
	for _, s := range c.of(serverSection, "nodaemon") {
		if value, known := booleans[strings.ToLower(s.value)]; known && !s.over {
			return value
		}
	}
	return false
}

// noteOthers notes the lines of the sections that are no programs, and those
// sections, that of the server apart: there is nothing in it but its lines.
func (c *supervisordConfig) noteOthers(d *Definition) {
	ours := func(section string) bool {
		return strings.HasPrefix(section, programPrefix) || strings.HasPrefix(section, groupPrefix)
	}
	for _, s := range c.sections {
		if !ours(s.name) && s.name != "DEFAULT" && s.name != serverSection {
			d.Notes = append(d.Notes, Note{s.line, "no equivalent: [" + s.name + "]"})
		}
	}
	for _, s := range c.rest() {
		if !ours(s.section) {
			d.Notes = append(d.Notes, Note{s.line, "no equivalent: " + s.onOneLine()})
		}
	}
	sortNotes(d.Notes)
}

// onOneLine writes an option into a comment. The entries may be read by more
// people than the configuration of supervisord: a password is left out.
func (s *setting) onOneLine() string {
	if s.key == "password" {
		return "password"
	}
	return s.key + "=" + strings.Join(strings.Fields(s.value), " ")
}
