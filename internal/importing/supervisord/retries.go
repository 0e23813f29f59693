package supervisord

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/importing/entry"
	"github.com/svloop/svloop/pkg/servicedef"
)

// policy translates when the program is restarted, and when it counts as
// started: once it has run for startsecs.
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

// retries makes svloop give up like supervisord, after a number of consecutive
// failed starts. svloop counts exits within a time, and an exit after a
// successful start counts, too. That time contains a pause of one second before
// each retry, and all runs but the first. If one of these runs is longer than
// startsecs, the exits are too far apart to count together. So a program that
// supervisord restarts without limit is restarted by svloop, too. The
// difference: svloop also restarts a program without limit that fails shortly
// before startsecs.
func (p *program) retries(startsecs int) {
	e := p.entry
	retries := max(p.anyNumber("startretries", 3), 0)
	e.AddOption("--backoff", "1:1")
	s := p.get(p.section.name, "startretries")
	if startsecs == 0 { // every start succeeds
		if s != nil {
			e.NoEquivalent(s.Line, "startretries="+s.Value)
		}
		return
	}
	const most = 9998 // the limit of --max-failures
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
