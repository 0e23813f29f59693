package importing

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/servicedef"
)

// program is a section of supervisord for one of its processes.
type program struct {
	*supervisordConfig
	section    iniSection
	name       string
	expansions map[string]string
	variables  []pair // of its environment
	entry      *Entry
	err        error
}

// wrong is an error at an option.
func (p *program) wrong(s *setting, err error) {
	if p.err == nil {
		p.err = &Error{p.file, s.line, p.name, fmt.Errorf("%s: %w", s.key, err)}
	}
}

// text takes an option, with what stands for something else in it replaced.
func (p *program) text(key, otherwise string) (string, *setting) {
	s := p.get(p.section.name, key)
	if s == nil {
		return otherwise, nil
	}
	value, err := expandFormat(s.value, p.expansions)
	if err != nil {
		p.wrong(s, err)
	}
	return strings.TrimSpace(value), s
}

// number takes an option that is a whole number.
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

// yes takes an option that is true or false.
func (p *program) yes(key string, otherwise bool) bool {
	text, s := p.text(key, "")
	switch strings.ToLower(text) {
	case "yes", "true", "on", "1":
		return true
	case "no", "false", "off", "0":
		return false
	}
	if s != nil {
		p.wrong(s, fmt.Errorf("%q is wrong: want true or false", text))
	}
	return otherwise
}

// maxWait keeps times in the range of svloop's.
const maxWait = 100_000

// translate gives the entry what the section says.
func (p *program) translate() error {
	e := p.entry
	command, line := p.text("command", "")
	switch {
	case line == nil:
		return &Error{p.file, p.section.line, p.name, errNoProgram}
	case p.err != nil:
		return p.err
	}
	words, err := splitPOSIX(command)
	if err == nil && (len(words) == 0 || words[0] == "") {
		err = errNoCommand
	}
	if err != nil {
		p.wrong(line, err)
		return p.err
	}
	e.Start = commandOf(words)
	if !p.yes("autostart", true) {
		e.Expected = servicedef.Stopped
	}
	p.policy()
	p.stopping()
	p.option("user", "--user")
	if dir, s := p.text("directory", ""); s != nil && !strings.HasPrefix(dir, "/") {
		e.noEquivalent(s.line, "directory="+s.value) // it starts where supervisord does
	} else {
		p.option("directory", "--chdir")
	}
	p.option("umask", "--umask")
	for _, v := range p.variables {
		e.option("--env", v.name+"="+v.value)
	}
	p.streams()
	return p.err
}

// policy says when the program is run again, and when it has started: one that
// ends within startsecs has not.
func (p *program) policy() {
	e := p.entry
	startsecs := p.number("startsecs", 1, 0, maxWait)
	retries := p.number("startretries", 3, 0, 1000)
	restart, line := p.text("autorestart", "unexpected")
	switch strings.ToLower(restart) {
	case "unexpected":
		e.option("--restart", "on-failure")
		if codes, s := p.text("exitcodes", "0"); strings.TrimSpace(codes) != "0" {
			e.note(s.line, "not the same: exitcodes=%s: svloop expects 0 alone", s.value)
		}
	case "true", "yes", "on", "1":
		e.option("--restart", "always")
	case "false", "no", "off", "0":
		retries = -1
	default:
		p.wrong(line, fmt.Errorf("%q is wrong: want true, false or unexpected", restart))
		return
	}
	if retries >= 0 {
		// It waits a second longer before each retry.
		within := (retries+1)*startsecs + retries*(retries+1)/2
		e.option("--max-failures", fmt.Sprintf("%d/%d", retries+1, max(1, within)))
	}
	if startsecs > 0 {
		e.option("--ready", "alive:"+strconv.Itoa(startsecs))
		if limit := time.Duration(startsecs) * time.Second; limit+margin > servicedef.DefaultTimeout {
			e.option("--ready-timeout", seconds(limit+margin))
			e.allow(limit + 2*margin)
		}
	}
}

func (p *program) stopping() {
	signal, s := p.text("stopsignal", "TERM")
	wait := p.number("stopwaitsecs", 10, 0, maxWait)
	if !p.entry.option("--kill-spec", fmt.Sprintf("%s/%d KILL", signal, wait)) {
		p.wrong(s, fmt.Errorf("%q is wrong: want a signal", signal))
	}
	p.entry.allow(time.Duration(wait)*time.Second + margin)
}

// option sets an option of svloop to a value.
func (p *program) option(key, option string) {
	if value, s := p.text(key, ""); s != nil && !p.entry.option(option, value) {
		p.wrong(s, fmt.Errorf("%q is wrong: svloop does not take it for %s", value, option))
	}
}

// streams say where the output goes. The files that supervisord would name
// itself, and throw away at its end, are none for svloop.
func (p *program) streams() {
	out := p.stream("stdout")
	if !p.yes("redirect_stderr", false) {
		p.stream("stderr")
		return
	}
	if out != "" {
		p.entry.option("--stderr", out)
	} else {
		p.entry.noEquivalent(p.get(p.section.name, "redirect_stderr").line, "redirect_stderr=true")
	}
}

func (p *program) stream(name string) string {
	target, s := p.text(name+"_logfile", "AUTO")
	switch strings.ToLower(target) {
	case "auto":
		target = ""
	case "none", "off":
		target = "null"
	case "syslog":
	default:
		standard := strings.HasPrefix(target, "/dev/") && target != "/dev/null" // as /dev/stdout: that of supervisord
		if standard || !strings.HasPrefix(target, "/") {
			target = ""
		}
	}
	if target == "" && s != nil {
		p.entry.noEquivalent(s.line, s.key+"="+s.value)
	}
	if p.yes(name+"_syslog", false) {
		target = "syslog"
	}
	if target != "" {
		p.entry.option("--"+name, target)
	}
	return target
}

// with returns expansions with others over them.
func with(expansions map[string]string, more map[string]string) map[string]string {
	all := maps.Clone(expansions)
	maps.Copy(all, more)
	return all
}

// noteRest notes what the section says beyond that.
func (p *program) noteRest(e *Entry) {
	for _, s := range p.rest() {
		if s.section == p.section.name {
			e.noEquivalent(s.line, s.key+"="+strings.Join(strings.Fields(s.value), " "))
		}
	}
	e.sortNotes()
	e.Notes = slices.Compact(e.Notes)
}
