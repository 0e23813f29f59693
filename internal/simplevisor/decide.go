package simplevisor

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/svloop/svloop/pkg/servicedef"
)

// Kind is what an order does.
type Kind string

// The kinds of orders.
const (
	Ask                Kind = "ask"                 // report the state of the supervisor by its pid file
	Quit               Kind = "quit"                // ask the supervisor to exit, and wait for it
	Request            Kind = "request"             // pass a request to the supervisor, and do not wait
	Supervise          Kind = "supervise"           // supervise the entries
	Single             Kind = "single"              // supervise them for one cycle
	Check              Kind = "check"               // compare the targets with their expected state
	CheckConfiguration Kind = "check configuration" // report that the configuration is valid
	Act                Kind = "act"                 // run an action on the target
)

// Order is what a call stands for.
type Order struct {
	Kind    Kind
	Request string              // for the supervisor, of Quit and Request
	Action  servicedef.Action   // of Act
	Targets []*servicedef.Entry // of Check and Act
}

// requests are the commands for a running supervisor. They need no entry.
var requests = map[string]Order{
	"status":          {Kind: Ask},
	"stop":            {Kind: Quit, Request: "quit"},
	"stop_supervisor": {Kind: Quit, Request: "stop_supervisor"},
	"stop_children":   {Kind: Request, Request: "stop_children"},
	"wake_up":         {Kind: Request, Request: "wake_up"},
}

// rootCommands are the other commands for a supervisor without a path.
var rootCommands = map[string]Kind{
	"start": Supervise, "single": Single, "check": Check, "check_configuration": CheckConfiguration,
}

// serviceCommands are the commands for one entry.
var serviceCommands = []string{"start", "stop", "status", "check", "restart"}

// Errors of a call that is not possible: exit status 1.
var (
	errNoEntry      = errors.New("no entry found")
	errRestart      = errors.New("restart command is accepted only with a path")
	errRestartChild = errors.New("restart_child command is accepted only with a path")
	errDaemon       = errors.New("daemon option make sense only with start command")
	errNoStatus     = errors.New(`status command not supported on a supervisor node, look at "check" command instead`)
)

// Decide returns what a call with these properties does to the entries of its
// configuration. The first of these rules that applies counts:
//
//	restart_child PATH                  a request
//	no path, and a request              the request, or the state of the supervisor
//	no path, and the root supervises    supervise, check, …
//	anything else                       a command of one entry
func Decide(p Properties, entries []*servicedef.Entry) (Order, error) {
	command, path, hasPath := p["command"], p["path"], p.Has("path")
	if p.Daemon() && hasPath && command != "start" {
		return Order{}, errDaemon
	}
	if command == "restart_child" && hasPath {
		return Order{Kind: Request, Request: command + " " + path}, nil
	}
	if o, found := requests[command]; found && !hasPath {
		return o, nil
	}
	if len(entries) == 0 {
		return Order{}, errNoEntry
	}
	if !hasPath && (len(entries) > 1 || entries[0].Service == nil) {
		return root(command, entries)
	}
	if !slices.Contains(serviceCommands, command) {
		return Order{}, fmt.Errorf("command must be one of: %s", strings.Join(serviceCommands, ", "))
	}
	targets, err := targets(path, entries)
	switch {
	case err != nil:
		return Order{}, err
	case command == "check":
		return Order{Kind: Check, Targets: targets}, nil
	case command == "status" && (len(targets) > 1 || targets[0].Service == nil):
		return Order{}, errNoStatus
	}
	return Order{Kind: Act, Action: servicedef.Action(command), Targets: targets}, nil
}

// root returns what a command without a path does to a root that supervises.
func root(command string, entries []*servicedef.Entry) (Order, error) {
	switch kind, found := rootCommands[command]; {
	case found:
		return Order{Kind: kind, Targets: entries}, nil
	case command == "restart":
		return Order{}, errRestart
	case command == "restart_child":
		return Order{}, errRestartChild
	}
	return Order{}, fmt.Errorf("command must be one of: %s", strings.Join(Commands, ", "))
}

// targets returns the entry with a path. An empty path, and one that begins with a
// slash, is the root: all entries.
func targets(path string, entries []*servicedef.Entry) ([]*servicedef.Entry, error) {
	if path == "" || path[0] == '/' {
		return entries, nil
	}
	children := entries
	var found *servicedef.Entry
	for name := range strings.SplitSeq(path, "/") {
		i := slices.IndexFunc(children, func(e *servicedef.Entry) bool { return e.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("given path is invalid: %s", path)
		}
		found = children[i]
		children = found.Children
	}
	return []*servicedef.Entry{found}, nil
}

// Daemon reports whether the supervisor is to run in the background. In a block,
// "false" means no, and so does a blank or 0.
func (p Properties) Daemon() bool {
	switch strings.ToLower(strings.TrimSpace(p["daemon"])) {
	case "", "0", "false":
		return false
	}
	return true
}
