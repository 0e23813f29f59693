package supervisord

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// serverSection is that of supervisord itself. Some of what it says of the
// server is inherited by all programs.
const serverSection = "supervisord"

// Outside is what supervisord knows from around it. Here it is another one.
type Outside struct {
	Getenv   func(name string) (value string, found bool)
	Hostname string
}

// value returns what a name stands for, and where this comes from.
func (o Outside) value(name string) (value, from string, found bool) {
	if name == "host_node_name" {
		return o.Hostname, "this machine", o.Hostname != ""
	}
	variable, isVariable := strings.CutPrefix(name, "ENV_")
	if !isVariable {
		return "", "", false
	}
	value, found = o.Getenv(variable)
	return value, "the environment of svctl", found
}

// addOutside makes known what the values of some settings refer to and is not
// known yet; that is noted.
func (c *supervisordConfig) addOutside(o Outside, in entry.Settings) (notes []entry.Note) {
	for _, s := range in {
		for _, match := range formatPart.FindAllStringSubmatch(s.Value, -1) {
			if _, done := c.common[match[1]]; done {
				continue
			}
			value, from, found := o.value(match[1])
			if !found {
				continue
			}
			c.common[match[1]] = value
			notes = append(notes, entry.Note{Line: s.Line, Text: fmt.Sprintf("%s has the value from %s: %s", match[0], from, value)})
		}
	}
	return notes
}

// readServer makes known what the server hands to its programs: variables of
// its own, which come over those from outside, but not in themselves.
func (c *supervisordConfig) readServer(o Outside) ([]entry.Note, error) {
	var notes []entry.Note
	if s := c.get(serverSection, "environment"); s != nil {
		notes = c.addOutside(o, entry.Settings{s})
		text, err := expandFormat(s.Value, c.common)
		if err == nil {
			c.variables, err = splitPairs(text)
		}
		if err != nil {
			return nil, &entry.Error{File: c.file, Line: s.Line, What: serverSection, Err: fmt.Errorf("%s: %w", s.Key, err)}
		}
		for _, v := range c.variables {
			c.common["ENV_"+v.name] = v.value
		}
	}
	return append(notes, c.addOutside(o, c.Settings)...), nil
}

// inherited takes an option of the program, or that of the server, in whose
// surroundings it runs. The directory is that of a server in the background.
func (p *program) inherited(key string) (string, *entry.Setting) {
	section := p.section.name
	if own := p.Of(section, key); len(own) == 0 && p.get("DEFAULT", key) == nil {
		section = serverSection
	}
	if section == serverSection && key == "directory" && p.inForeground() {
		return "", nil
	}
	return p.textOf(section, key, "")
}

// inForeground reports whether the server stays in the foreground.
func (c *supervisordConfig) inForeground() bool {
	for _, s := range c.Of(serverSection, "nodaemon") {
		if value, known := booleans[strings.ToLower(s.Value)]; known && !s.Over {
			return value
		}
	}
	return false
}

// noteOthers notes the lines of the sections that are no programs, and those
// sections, that of the server apart: there is nothing in it but its lines.
func (c *supervisordConfig) noteOthers(d *entry.Definition) {
	ours := func(section string) bool {
		return strings.HasPrefix(section, programPrefix) || strings.HasPrefix(section, groupPrefix)
	}
	for _, s := range c.sections {
		if !ours(s.name) && s.name != "DEFAULT" && s.name != serverSection {
			d.Notes = append(d.Notes, entry.Note{Line: s.line, Text: "no equivalent: [" + s.name + "]"})
		}
	}
	for _, s := range c.Rest() {
		if !ours(s.Section) {
			d.Notes = append(d.Notes, entry.Note{Line: s.Line, Text: "no equivalent: " + oneLine(s)})
		}
	}
	entry.SortNotes(d.Notes)
}

// oneLine writes an option into a comment. The entries may be read by more
// people than the configuration of supervisord: a password is left out.
func oneLine(s *entry.Setting) string {
	if s.Key == "password" {
		return "password"
	}
	return s.Key + "=" + strings.Join(strings.Fields(s.Value), " ")
}
