package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/jsonbytes"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/quit"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
)

// status answers --status. Its exit status is LSB's.
func (p *invocation) status(o *cmdline.Options) exitCode {
	s := pidfiles.Svloop.Probe(o.Pidfile)
	if o.Json {
		return p.statusJSON(o, s)
	}
	if s.PID == 0 {
		text := s.Reason
		switch s.State {
		case pidfile.Stopped:
			text = "is not running"
		case pidfile.Dead:
			text = "is " + text
		case pidfile.Failed:
			text = "has " + text
		case pidfile.Unknown: // the text begins with a path
			return p.answer(s.Code(), sayUnknown, p.name, text)
		}
		return p.answer(s.Code(), sayStatus, p.name, text)
	}
	return p.answer(s.Code(), sayStatusPID, p.name, s.PID, "is "+s.Reason)
}

// answer prints a status. If it cannot be written, the exit status is "unknown".
func (p *invocation) answer(code lsb.Status, format string, args ...any) exitCode {
	if p.check(p.say(format, args...)) != exitOK {
		return exitCode(lsb.Unknown)
	}
	return exitCode(code)
}

// report is the answer to --status --json; svloop(1) documents it.
type report struct {
	Pidfile   string     `json:"pidfile"`
	Code      lsb.Status `json:"code"`
	State     string     `json:"state"`
	Reason    string     `json:"reason"`
	PID       int        `json:"pid,omitempty"`
	Survivors []int      `json:"survivors,omitempty"`
	Restarts  *int       `json:"restarts,omitempty"`
	*pidfile.Record
}

func (p *invocation) statusJSON(o *cmdline.Options, s pidfile.Status) exitCode {
	r := report{Pidfile: o.Pidfile, Code: s.Code(), State: s.State.String(), Reason: s.Reason, PID: s.PID, Record: s.Record()}
	if s.Survivors != nil {
		r.Survivors = s.Survivors.Processes.PIDs()
	}
	if r.Record != nil {
		restarts := r.Record.Restarts()
		r.Restarts = &restarts
	}
	text, err := jsonbytes.MarshalIndent(r)
	if err != nil {
		return p.check(err)
	}
	return p.answer(s.Code(), "%s\n", printable.Raw(text))
}

// quit answers --quit. It returns 0 if no process runs any more, even if another client
// requested the quit.
func (p *invocation) quit(o *cmdline.Options) exitCode {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	answer, err := quit.Request(ctx, p.name, o.Pidfile, o.KillSpec)
	if err != nil {
		return p.check(err)
	}
	p.check(p.say("%s\n", answer)) // the instance has exited even if the answer cannot be written
	return exitOK
}
