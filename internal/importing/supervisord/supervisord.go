// Package supervisord imports configurations of supervisord: each program
// becomes a daemon of svloop, and each program with several processes, and each
// group, becomes a group.
//
//	text ── parseINI ──► iniFile ── readServer ──► supervisordConfig
//	                                                 │ group, processes
//	                                                 ▼
//	                                               program ── translate ──► Entry
package supervisord

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/svloop/svloop/internal/importing/entry"
)

var (
	errNoProgram  = errors.New("its section has no command")
	errNoPrograms = errors.New("it has no [program:NAME] section")
	errNoMembers  = errors.New("the group has no programs")
	errProcessNum = errors.New("process_name: it must contain %(process_num) if numprocs is above 1")
)

// supervisordConfig is a configuration with the values that its programs share.
type supervisordConfig struct {
	*iniFile
	file      string
	common    map[string]string // values of expressions
	variables []pair            // that the server sets for its programs
}

const (
	programPrefix = "program:"
	groupPrefix   = "group:"
)

// Import reads the sections of programs and groups.
func Import(t *entry.File, o Outside) (*entry.Definition, error) {
	f, err := parseINI(t)
	if err != nil {
		return nil, err
	}
	c := &supervisordConfig{iniFile: f, file: t.Name, common: map[string]string{"here": filepath.Dir(t.Path)}}
	notes, err := c.readServer(o)
	if err != nil {
		return nil, err
	}
	d := &entry.Definition{File: t.Name, Notes: notes}
	var wrong []error
	grouped := make(map[string]bool) // sections of programs in a group
	order := c.order(c.top(), "")
	add := func(section string, e *entry.Entry, err error) {
		if err == nil {
			d.Entries = append(d.Entries, e)
			order.add(section, e)
		}
		wrong = append(wrong, err)
	}
	for _, s := range c.sections {
		if name, ok := strings.CutPrefix(s.name, groupPrefix); ok {
			e, err := c.group(s, strings.TrimSpace(name), grouped)
			add(s.name, e, err)
		}
	}
	programs := 0
	for _, s := range c.sections {
		name, ok := strings.CutPrefix(s.name, programPrefix)
		if !ok {
			continue
		}
		programs++
		if !grouped[s.name] {
			name = strings.TrimSpace(name)
			e, err := c.single(c.processes(s, name, name))
			add(s.name, e, err)
		}
	}
	if programs == 0 {
		wrong = append(wrong, &entry.Error{File: t.Name, Err: errNoPrograms})
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	order.apply()
	c.noteOthers(d)
	return d, nil
}

// single returns the entry of a program: a service, or a group if the program
// has several processes.
func (c *supervisordConfig) single(e *entry.Entry, err error) (*entry.Entry, error) {
	if err == nil && len(e.Children) == 1 {
		child := e.Children[0]
		if child.Name != e.Name {
			e.AddNote(e.Line, "not the same: process_name=%s: the entry has the name of the program", child.Name)
		}
		child.Name, child.Daemon, child.Notes = e.Name, entry.PIDFile(e.Name), append(e.Notes, child.Notes...)
		return child, nil
	}
	return e, err
}

// group returns the entry of a group section, with its programs.
func (c *supervisordConfig) group(s iniSection, name string, grouped map[string]bool) (*entry.Entry, error) {
	e := &entry.Entry{Name: name, Line: s.line}
	fail := func(line int, err error) error {
		return &entry.Error{File: c.file, Line: line, What: name, Err: err}
	}
	if err := entry.CheckName(name); err != nil {
		return nil, fail(s.line, err)
	}
	programs := c.get(s.name, "programs")
	if programs == nil {
		return nil, fail(s.line, errNoMembers)
	}
	order := c.order(c.members(s.name), name+"/")
	for member := range strings.SplitSeq(programs.Value, ",") {
		member = strings.TrimSpace(member)
		section, found := c.section(programPrefix + member)
		if !found {
			return nil, fail(programs.Line, fmt.Errorf("programs: there is no section [%s%s]", programPrefix, member))
		}
		grouped[section.name] = true
		part, err := c.processes(section, member, name)
		if err != nil {
			return nil, err
		}
		part.Children[0].Notes = append(part.Notes, part.Children[0].Notes...)
		e.Children = append(e.Children, part.Children...)
		order.add(section.name, part.Children...)
	}
	order.apply()
	for _, rest := range c.Rest() {
		if rest.Section == s.name {
			e.NoEquivalent(rest.Line, oneLine(rest))
		}
	}
	return e, nil
}

// maxProcesses is the highest value of numprocs that is accepted.
const maxProcesses = 1000

// processes returns a group with the processes of a program, at least one.
// Notes on all processes belong to the group.
func (c *supervisordConfig) processes(s iniSection, name, group string) (*entry.Entry, error) {
	whole := &entry.Entry{Name: name, Line: s.line}
	if err := entry.CheckName(name); err != nil {
		return nil, &entry.Error{File: c.file, Line: s.line, What: name, Err: err}
	}
	common := with(c.common, map[string]string{"program_name": name, "group_name": group})
	all := &program{supervisordConfig: c, section: s, name: name, expansions: common, entry: whole}
	count := all.number("numprocs", 1, 1, maxProcesses)
	first := all.number("numprocs_start", 0, 0, 1<<30)
	pattern := c.get(s.name, "process_name")
	switch {
	case all.err != nil:
		return nil, all.err
	case count > 1 && (pattern == nil || !strings.Contains(pattern.Value, "%(process_num)")):
		return nil, &entry.Error{File: c.file, Line: s.line, What: name, Err: errProcessNum}
	}
	for i := first; i < first+count; i++ {
		p := &program{supervisordConfig: c, section: s, name: name, entry: &entry.Entry{Name: name, Line: s.line}}
		p.expansions = with(common, map[string]string{"process_num": strconv.Itoa(i), "numprocs": strconv.Itoa(count)})
		p.addOwnEnvironment()
		if pattern != nil {
			p.entry.Name, _ = p.text("process_name", name)
		}
		if p.err == nil {
			if err := entry.CheckName(p.entry.Name); err != nil {
				p.wrong(pattern, err)
			}
		}
		if p.err != nil {
			return nil, p.err
		}
		p.entry.Daemon = entry.PIDFile(group + "-" + p.entry.Name)
		if err := p.translate(); err != nil {
			return nil, err
		}
		if i == first {
			whole.Notes = p.entry.Notes
			p.noteRest(whole)
		}
		p.entry.Notes = nil
		whole.Children = append(whole.Children, p.entry)
	}
	return whole, nil
}
