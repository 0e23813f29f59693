package supervisord

import (
	"errors"
	"regexp"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

// iniFile is a configuration of supervisord: sections and options in their
// order.
type iniFile struct {
	entry.Settings
	sections []iniSection
}

type iniSection struct {
	name string
	line int
}

func (f *iniFile) section(name string) (iniSection, bool) {
	for _, s := range f.sections {
		if s.name == name {
			return s, true
		}
	}
	return iniSection{}, false
}

var (
	iniHeader = regexp.MustCompile(`^\[(.+)\]`)
	iniOption = regexp.MustCompile(`^([^=:]*?)\s*[=:]\s*(.*)$`)

	errOutside = errors.New("the option is before the first section")
	errNoValue = errors.New(`it is not an option: want "name = value"`)
)

// parseINI reads the same syntax as Python's RawConfigParser with the comment
// characters of supervisord. # and ; begin a comment at the start of a line or
// after a space. A line that is indented deeper than its option continues the
// value. Option names are converted to lower case. A section can occur several
// times.
func parseINI(t *entry.File) (*iniFile, error) {
	f := &iniFile{}
	section, indent := "", 0
	var current *entry.Setting
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(t.Data, "\ufeff")) {
		number++
		line = strings.TrimRight(line, " \t\r\n\v\f")
		text := strings.TrimLeft(uncomment(line), " \t")
		if text == "" {
			continue
		}
		depth := len(line) - len(strings.TrimLeft(line, " \t"))
		if current != nil && depth > indent {
			current.Value = strings.TrimLeft(current.Value+"\n"+text, "\n")
			continue
		}
		indent, current = depth, nil
		if match := iniHeader.FindStringSubmatch(text); match != nil {
			section = match[1]
			if _, known := f.section(section); !known {
				f.sections = append(f.sections, iniSection{section, number})
			}
			continue
		}
		match := iniOption.FindStringSubmatch(text)
		switch {
		case section == "":
			return nil, &entry.Error{File: t.Name, Line: number, What: text, Err: errOutside}
		case match == nil || match[1] == "":
			return nil, &entry.Error{File: t.Name, Line: number, What: text, Err: errNoValue}
		}
		current = &entry.Setting{Section: section, Key: strings.ToLower(match[1]), Value: match[2], Line: number}
		for _, earlier := range f.Of(section, current.Key) {
			earlier.Over = true
		}
		f.Settings = append(f.Settings, current)
	}
	return f, nil
}

// uncomment removes a comment and the spaces before it. Python compares the
// first ; with the first #, then the second of each, and so on. So the comment
// does not always begin at the first of these characters.
func uncomment(line string) string {
	if begin := strings.TrimLeft(line, " \t"); strings.HasPrefix(begin, "#") || strings.HasPrefix(begin, ";") {
		return ""
	}
	semicolons, hashes := offsets(line, ';'), offsets(line, '#')
	for n := range max(len(semicolons), len(hashes)) {
		start := len(line)
		for _, found := range [][]int{semicolons, hashes} {
			if n < len(found) && strings.IndexByte(" \t", line[found[n]-1]) >= 0 {
				start = min(start, found[n])
			}
		}
		if start < len(line) {
			return strings.TrimRight(line[:start], " \t")
		}
	}
	return line
}

func offsets(line string, c byte) []int {
	var all []int
	for i := range len(line) {
		if line[i] == c {
			all = append(all, i)
		}
	}
	return all
}

// get takes an option and returns its last line. Options in [DEFAULT] are the
// defaults of all sections.
func (f *iniFile) get(section, key string) *entry.Setting {
	if s := f.Last(section, key); s != nil {
		return s
	}
	if len(f.Of(section, key)) > 0 {
		return nil // the option is set to an empty value
	}
	return f.Last("DEFAULT", key)
}
