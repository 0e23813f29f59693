package supervisord

import (
	"fmt"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// serverSection configures supervisord itself. Programs inherit some of its
// options.
const serverSection = "supervisord"

// Outside is what a configuration can refer to on the host that supervisord
// runs on. The import takes it from the host that svctl runs on.
type Outside struct {
	Getenv   func(name string) (value string, found bool)
	Hostname string
}

// value returns the value of a name and its source.
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

// addOutside adds the values from outside that the settings refer to and that
// are not yet known, and returns a note for each.
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

// readServer adds the variables that the server sets for its programs. They
// override variables from outside, except in their own definition.
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

// inherited takes an option of the program or, if it has none, of the server. A
// server in the foreground does not change its directory.
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

// noteOthers adds notes for the sections that are not programs, and for the
// lines in them. The section of the server itself gets none, because each of
// its lines has a note.
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

// oneLine formats an option for a comment, without passwords: more users may
// read the entries than the configuration of supervisord.
func oneLine(s *entry.Setting) string {
	if s.Key == "password" {
		return "password"
	}
	return s.Key + "=" + strings.Join(strings.Fields(s.Value), " ")
}
