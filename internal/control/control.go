// Package control carries out actions on services. [Decide] returns the plan for a
// state; the actions execute it, and wait until the service is in the wanted state.
//
//	start:   status ─ running ──────────────────────────► done, nothing changed
//	           │ starting ─ wait for running ───────────► done, nothing changed
//	           │ dirty: clean up ─┐
//	           └ stopped ─────────┴─ start ─ wait for running ─► done
//	stop:    status ─ stopped ──────────────────────────► done, nothing changed
//	           │ gave up ─ forget the reason ───────────► done, nothing changed
//	           └ running or dirty ─ stop ─ wait for stopped ─► done
//	restart: its command ─ succeeded: wait for running ─► done
//	           └ a control command without the word: stop, then start
//	         or stop, unless it is stopped, then start
//
// A start or stop command that fails may have worked nevertheless, so the state
// afterwards decides. A state that existed before proves nothing, so a restart
// command has to succeed.
//
// Other clients may act on the same service at the same time. A handle on svloop identifies
// the instance that was stopped or started, so that the instance of another client is not
// mistaken for it.
package control

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Controller acts on services. Several goroutines may use it, but only one for each
// service.
type Controller struct {
	Svloop    string   // the path of svloop
	InProcess bool     // start daemon services, read their state and request their quit without running svloop where possible
	Env       []string // of the commands
	Session   bool     // each command leads a session, so that signals of a terminal do not reach it
	Log       Log

	// Relays get the output of daemon services with --stdout inherit or --stderr inherit
	// that this process starts. Without them, it is the output of the command.
	Relays *relay.Relays

	// Parse parses the options of svloop for a daemon service, so that this process can
	// start it: see InProcess. Without it, or if it fails, svloop starts the service. The
	// options are parsed for each start, because those of a thousand services would take
	// 0.8 MB of a supervisor.
	Parse func(*servicedef.Service) (*cmdline.Options, error)

	scan scan
}

// options returns the options of svloop for a daemon service, nil if they are not known.
func (c *Controller) options(s *servicedef.Service) *cmdline.Options {
	if c.Parse == nil {
		return nil
	}
	o, err := c.Parse(s)
	if err != nil {
		return nil
	}
	return o
}

// Log receives messages about the progress of an action.
type Log interface {
	Debug(format string, args ...any)
	Info(format string, args ...any)
	Warn(format string, args ...any)
}

// Outcome is the result of an action on a service.
type Outcome struct {
	Code    lsb.Action
	Changed bool
	Text    string // for people: "started", "already running", why it failed in one or more lines
}

// Headline is the first line of the text, for a log or a table.
func (o Outcome) Headline() string { return headline(o.Text) }

func headline(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
}

func failed(verb string, err error) Outcome {
	code := lsb.Failed
	var command *CommandError
	switch {
	case errors.As(err, &command):
		code = command.Code
	case errors.Is(err, pidfile.ErrNoProgram):
		code = lsb.NotActive
	case errors.Is(err, os.ErrPermission):
		code = lsb.NotPermitted
	}
	return Outcome{Code: code, Text: fmt.Sprintf("cannot %s: %v", verb, err)}
}
