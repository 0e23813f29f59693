package supervisord

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/servicedef"
)

// program is a section of a program, for one of its processes.
type program struct {
	*supervisordConfig
	section    iniSection
	name       string
	expansions map[string]string
	variables  []pair // of the environment in this section
	entry      *entry.Entry
	err        error
}

// wrong records the first error, with the line of the option.
func (p *program) wrong(s *entry.Setting, err error) {
	if p.err == nil {
		p.err = &entry.Error{File: p.file, Line: s.Line, What: p.name, Err: fmt.Errorf("%s: %w", s.Key, err)}
	}
}

// text takes an option and returns its value with expressions expanded.
func (p *program) text(key, otherwise string) (string, *entry.Setting) {
	return p.textOf(p.section.name, key, otherwise)
}

func (p *program) textOf(section, key, otherwise string) (string, *entry.Setting) {
	s := p.get(section, key)
	if s == nil {
		return otherwise, nil
	}
	value, err := expandFormat(s.Value, p.expansions)
	if err != nil {
		p.wrong(s, err)
	}
	return strings.TrimSpace(value), s
}

// A whole number in the syntax of Python's int.
var wholeNumber = regexp.MustCompile(`^[+-]?[0-9]+(_[0-9]+)*$`)

// anyNumber takes an option whose value is a whole number of any size. Numbers
// out of range become the nearest int.
func (p *program) anyNumber(key string, otherwise int) int {
	text, s := p.text(key, strconv.Itoa(otherwise))
	if !wholeNumber.MatchString(text) {
		p.wrong(s, fmt.Errorf("%q is wrong: want a whole number", text))
		return otherwise
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(text, "_", "")) // the only possible error is a number out of range
	return n
}

// wait takes an option whose value is a number of seconds.
func (p *program) wait(key string, otherwise int) int {
	text, s := p.text(key, strconv.Itoa(otherwise))
	if wholeNumber.MatchString(text) && p.anyNumber(key, otherwise) > maxWait {
		p.entry.AddNote(s.Line, "not the same: %s=%s: svloop waits %d seconds at most", key, s.Value, maxWait)
		return maxWait
	}
	return p.number(key, otherwise, 0, maxWait)
}

// number takes an option whose value is a whole number in a range.
func (p *program) number(key string, otherwise, least, most int) int {
	text, s := p.text(key, strconv.Itoa(otherwise))
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		if s != nil {
			p.wrong(s, fmt.Errorf("%q is wrong: want a whole number from %d to %d", text, least, most))
		}
		return otherwise
	}
	return n
}

var booleans = map[string]bool{"yes": true, "true": true, "on": true, "1": true, "no": false, "false": false, "off": false, "0": false}

// yes takes a boolean option.
func (p *program) yes(key string, otherwise bool) bool {
	text, s := p.text(key, "")
	if s == nil {
		return otherwise
	}
	value, known := booleans[strings.ToLower(text)]
	if !known {
		p.wrong(s, fmt.Errorf("%q is wrong: want true or false", text))
		return otherwise
	}
	return value
}

// maxWait keeps times in the range that svloop accepts.
const maxWait = 100_000

// translate sets the fields of the entry from the section.
func (p *program) translate() error {
	e := p.entry
	command, line := p.text("command", "")
	switch {
	case line == nil:
		return &entry.Error{File: p.file, Line: p.section.line, What: p.name, Err: errNoProgram}
	case p.err != nil:
		return p.err
	}
	words, err := splitPOSIX(command)
	if err == nil && (len(words) == 0 || words[0] == "") {
		err = entry.ErrNoCommand
	}
	if err != nil {
		p.wrong(line, err)
		return p.err
	}
	e.Start = entry.Command(words)
	if !p.yes("autostart", true) {
		e.Expected = servicedef.Stopped
	}
	p.policy()
	p.stopping()
	p.option("user", "--user")
	if dir, s := p.inherited("directory"); s != nil && !strings.HasPrefix(dir, "/") {
		e.NoEquivalent(s.Line, "directory="+s.Value) // it is relative to the directory of supervisord
	} else {
		p.option("directory", "--chdir")
	}
	p.option("umask", "--umask")
	for _, v := range p.environment() {
		e.AddOption("--env", v.name+"="+v.value)
	}
	p.streams()
	return p.err
}

// environment returns the variables of the server and of the program. Those of
// the program override those of the server.
func (p *program) environment() []pair {
	var all []pair
	for _, v := range p.supervisordConfig.variables {
		if !slices.ContainsFunc(p.variables, func(own pair) bool { return own.name == v.name }) {
			all = append(all, v)
		}
	}
	return append(all, p.variables...)
}

// option translates an option to an option of svloop.
func (p *program) option(key, option string) {
	if value, s := p.inherited(key); s != nil && !p.entry.AddOption(option, value) {
		p.wrong(s, fmt.Errorf("%q is wrong: svloop does not accept it for %s", value, option))
	}
}

// with returns a copy of the expansions with more added.
func with(expansions map[string]string, more map[string]string) map[string]string {
	all := maps.Clone(expansions)
	maps.Copy(all, more)
	return all
}

// noteRest adds a note for each option of the section that is not translated.
func (p *program) noteRest(e *entry.Entry) {
	for _, s := range p.Rest() {
		if s.Section == p.section.name {
			e.NoEquivalent(s.Line, oneLine(s))
		}
	}
	e.SortNotes()
	e.Notes = slices.Compact(e.Notes)
}
