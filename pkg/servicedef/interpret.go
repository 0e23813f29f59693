package servicedef

import (
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// interpreter interprets a tree, and collects all its errors.
type interpreter struct {
	errors     Errors
	warnings   []error
	incomplete bool // an entry is missing, because it is wrong
}

func (in *interpreter) fail(pos configgeneral.Pos, format string, args ...any) {
	in.errors = append(in.errors, &configgeneral.Error{Pos: pos, Err: fmt.Errorf(format, args...)})
}

func (in *interpreter) warn(pos configgeneral.Pos, format string, args ...any) {
	in.warnings = append(in.warnings, &configgeneral.Error{Pos: pos, Err: fmt.Errorf(format, args...)})
}

// top reads the whole tree. The original ignores keys other than the two blocks,
// which serve as variables. A key that looks like a mistyped block is
// nevertheless an error.
func (in *interpreter) top(c *Config, tree *configgeneral.Value) {
	for _, e := range tree.Entries() {
		switch {
		case slices.Contains(topKeys, e.Key) && isNone(e.Value): // absent
		case e.Key == "entry":
			c.Entries = in.entries("", "", e.Value)
		case e.Key == "simplevisor":
			in.settings(&c.Settings, e.Value)
		case near(e.Key, topKeys) != "":
			in.unknown(e, topKeys)
		case !strings.HasPrefix(e.Key, variablePrefix):
			in.warn(e.Pos, "key %q has no effect here", e.Key)
		}
	}
	in.distinct(c.Entries)
	c.index = newIndex(c.Entries)
	in.order(c)
	in.errors = append(in.errors, c.DistinctPidFiles(cleaned)...)
}

// distinct rejects two entries with the same path. This happens if a name
// contains a slash.
func (in *interpreter) distinct(entries []*Entry) {
	paths := make(map[string]configgeneral.Pos)
	walk(entries, func(e *Entry) {
		if first, taken := paths[e.Path]; taken {
			in.fail(e.Pos, "path %q is already used by the entry at %s", e.Path, first)
			return
		}
		paths[e.Path] = e.Pos
	})
}

// entries reads the entries of a group or of the top level. If the group has an
// expected state, it applies to all its entries.
func (in *interpreter) entries(parent string, expected Expected, v *configgeneral.Value) []*Entry {
	var all []*Entry
	names := make(map[string]configgeneral.Pos)
	for _, element := range v.Elements() {
		if element.Kind != configgeneral.Map {
			in.fail(element.Pos, "an entry must be a block: <entry> … </entry>")
			continue
		}
		e := in.entry(parent, expected, element)
		if e == nil {
			in.incomplete = true
			continue
		}
		if first, taken := names[e.Name]; taken {
			in.fail(e.Pos, "name %q is already used by the entry at %s", e.Name, first)
			continue
		}
		names[e.Name] = e.Pos
		all = append(all, e)
	}
	return all
}

func (in *interpreter) entry(parent string, expected Expected, v *configgeneral.Value) *Entry {
	b := in.block(v)
	e := &Entry{Pos: v.Pos, Name: b.text("name"), block: v}
	kind := b.text("type")
	if e.Name == "" && kind == "supervisor" {
		e.Name = "supervisor" // the original's default
	}
	e.Path = e.Name
	if parent != "" {
		e.Path = parent + "/" + e.Name
	}
	switch kind {
	case "service":
		e.Service = in.service(b, e, expected)
	case "supervisor":
		in.group(b, e, expected)
	case "":
		if b.blank("type") {
			in.fail(v.Pos, "entry %q has no type: want type = service or type = supervisor", e.Name)
		}
		b.only(entryKeys)
		return nil
	default:
		in.fail(b.pos("type"), "type %q is wrong: want service or supervisor", kind)
		b.only(entryKeys)
		return nil
	}
	if e.Name == "" && b.blank("name") {
		in.fail(v.Pos, "a service has no name")
	}
	if e.Name == "" {
		return nil
	}
	return e
}

func (in *interpreter) settings(s *Settings, v *configgeneral.Value) {
	if v.Kind != configgeneral.Map {
		in.fail(v.Pos, "the settings must be one block: <simplevisor> … </simplevisor>")
		return
	}
	b := in.block(v)
	b.only(settingKeys)
	for _, key := range commandLineKeys {
		if b.has(key) {
			b.in.warn(b.pos(key), "key %q is ignored: svctl takes its action and names from the command line", key)
		}
	}
	*s = Settings{
		Log: b.text("log"), LogFile: b.text("logfile"), LogLevel: b.text("loglevel"), LogName: b.text("logname"),
		Interval: b.interval(), PidFile: b.text("pidfile"), Store: b.text("store"),
	}
	on, known := switches[strings.ToLower(b.text("daemon"))]
	if s.Daemon = on; !known {
		in.fail(b.pos("daemon"), "daemon %q is wrong: want true or false", b.text("daemon"))
	}
	if s.LogLevel != "" && !isLogLevel(s.LogLevel) { // the original does not refuse it either
		in.warn(b.pos("loglevel"), "loglevel %q is unknown, and means warning: want %s", s.LogLevel, strings.Join(LogLevels, ", "))
		s.LogLevel = "warning"
	}
	if err := s.check(); err != nil {
		in.fail(v.Pos, "%w", err)
	}
}
