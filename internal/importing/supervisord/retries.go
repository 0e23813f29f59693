package supervisord

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/servicedef"
)

// policy says when the program is run again, and when it has started: one that
// ends within startsecs has not.
func (p *program) policy() {
	e := p.entry
	startsecs := p.wait("startsecs", 1)
	restart, line := p.text("autorestart", "unexpected")
	switch strings.ToLower(restart) {
	case "unexpected":
		e.AddOption("--restart", "on-failure")
		if codes, s := p.text("exitcodes", "0"); strings.TrimSpace(codes) != "0" {
			e.AddNote(s.Line, "not the same: exitcodes=%s: svloop expects only exit status 0", s.Value)
		}
		p.retries(startsecs)
	case "true", "yes", "on", "1":
		e.AddOption("--restart", "always")
		p.retries(startsecs)
	case "false", "no", "off", "0":
		if s := p.get(p.section.name, "startretries"); s != nil {
			e.NoEquivalent(s.Line, "startretries="+s.Value)
		}
	default:
		p.wrong(line, fmt.Errorf("%q is wrong: want true, false or unexpected", restart))
		return
	}
	if startsecs > 0 {
		e.AddOption("--ready", "alive:"+strconv.Itoa(startsecs))
		if limit := time.Duration(startsecs)*time.Second + entry.Margin; limit > servicedef.DefaultTimeout {
			e.AddOption("--ready-timeout", entry.Seconds(limit))
			e.Allow(limit + entry.Margin)
		}
	}
}

// retries has svloop give up as supervisord does: after so many starts in a row
// that all have failed, however often the program has run and ended before.
// svloop counts ends, those of a program that ran included, within a time. In
// between are the pauses, of a second each, and the runs but the first: when
// one of these was longer than startsecs, the ends are too far apart. So what
// supervisord restarts for ever svloop does, too; a program that takes nearly
// startsecs to fail is the one that svloop restarts and supervisord does not.
func (p *program) retries(startsecs int) {
	e := p.entry
	retries := max(p.anyNumber("startretries", 3), 0)
	e.AddOption("--backoff", "1:1")
	s := p.get(p.section.name, "startretries")
	if startsecs == 0 { // then every start is a success
		if s != nil {
			e.NoEquivalent(s.Line, "startretries="+s.Value)
		}
		return
	}
	const most = 9998 // as --max-failures takes them
	if retries > most {
		e.AddNote(s.Line, "not the same: startretries=%s: svloop retries without a limit", s.Value)
		return
	}
	pauses := retries + 1
	e.AddOption("--max-failures", fmt.Sprintf("%d/%d", pauses+1, pauses+startsecs))
	if s != nil {
		e.AddNote(s.Line, "not the same: startretries=%s: svloop does not retry the first start, and gives up when later ones fail at once", s.Value)
	}
}

func (p *program) stopping() {
	signal, s := p.text("stopsignal", "TERM")
	wait := p.wait("stopwaitsecs", 10)
	if !p.entry.AddOption("--kill-spec", fmt.Sprintf("%s/%d KILL", signal, wait)) {
		p.wrong(s, fmt.Errorf("%q is wrong: want a signal", signal))
	}
	p.entry.Allow(time.Duration(wait)*time.Second + entry.Margin)
	for _, key := range []string{"stopasgroup", "killasgroup"} {
		if !p.yes(key, true) {
			s := p.get(p.section.name, key)
			p.entry.AddNote(s.Line, "not the same: %s=%s: svloop terminates the whole process tree", key, s.Value)
		}
	}
}
