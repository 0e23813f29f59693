// Package systemd imports service units of systemd: Type=forking becomes a
// service of commands, any other type a daemon of svloop.
//
//	text ── parseUnit ──► unit ── service ─┬─ daemon: options of svloop ─► Entry
//	                                       └─ forking: start and stop ───► Entry
package systemd

import (
	"path/filepath"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// unit is a systemd unit with its settings and its name.
type unit struct {
	entry.Settings
	file       string
	name       unitName
	hasService bool
	odd        []entry.Note // lines that systemd ignores with a warning
}

// parseUnit reads the syntax of systemd.syntax(7). A backslash at the end of a
// line is replaced by a space and the next line that is not a comment. An empty
// value resets the key.
func parseUnit(t *entry.File) *unit {
	u := &unit{file: t.Name, name: splitUnitName(filepath.Base(t.Path))}
	section, long := "", ""
	number, first := 0, 0
	for line := range strings.Lines(t.Data) {
		number++
		line = strings.TrimRight(strings.TrimPrefix(line, "\ufeff"), "\r\n")
		if begin := strings.TrimLeft(line, " \t"); strings.HasPrefix(begin, "#") || strings.HasPrefix(begin, ";") {
			continue
		}
		if long == "" {
			first = number
		}
		if before, goesOn := strings.CutSuffix(line, `\`); goesOn {
			long += before + " "
			continue
		}
		whole := strings.TrimSpace(long + line)
		long = ""
		section = u.line(whole, section, first)
	}
	if whole := strings.TrimSpace(long); whole != "" {
		u.line(whole, section, first)
	}
	return u
}

// line reads a joined line and returns the section of the next one.
func (u *unit) line(whole, section string, number int) string {
	if whole == "" {
		return section
	}
	if name, ok := strings.CutPrefix(whole, "["); ok && strings.HasSuffix(name, "]") {
		section = strings.TrimSuffix(name, "]")
		u.hasService = u.hasService || section == "Service"
		return section
	}
	key, value, found := strings.Cut(whole, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !found || key == "" || section == "" {
		u.odd = append(u.odd, entry.Note{Line: number, Text: "systemd ignores this line: " + whole})
		return section
	}
	if value == "" {
		for _, earlier := range u.Of(section, key) {
			earlier.Over = true
		}
	}
	u.Settings = append(u.Settings, &entry.Setting{Section: section, Key: key, Value: value, Line: number})
	return section
}

// isYes reads a boolean of systemd.
func isYes(s *entry.Setting) bool {
	switch strings.ToLower(s.Value) {
	case "1", "yes", "y", "true", "t", "on":
		return true
	}
	return false
}
