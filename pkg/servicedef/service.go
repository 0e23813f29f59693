package servicedef

import (
	"syscall"
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Expected is the expected state of a service.
type Expected string

// The expected states.
const (
	Running Expected = "running"
	Stopped Expected = "stopped"
)

// DefaultTimeout is how long each command of a service may take by default.
const DefaultTimeout = 60 * time.Second

// Service is an entry of type service. Commands are lists of words.
type Service struct {
	Name     string
	Path     string // the names from the top, joined by slashes
	Pos      configgeneral.Pos
	Expected Expected

	Control, Start, Stop, Status []string
	Restart                      []string       // nil: absent
	StopThenStart                bool           // restart = stop+start
	Reload                       []string       // nil: absent, or a signal
	ReloadSignal                 syscall.Signal // to the main process; 0: absent, or a command
	Daemon                       string         // path of the pid file
	DaemonOptions                []string       // for svloop
	Output                       string         // of the daemon: a file or a word, as for --stdout; "": absent
	Rotate                       string         // SIZE[:KEEP], as for --rotate; "": absent
	Timestamps                   bool           // as --timestamps
	Pattern                      *Pattern       // nil: the words of the start command
	SearchPath                   string         // PATH of the commands, "" for svctl's own
	Timeout                      time.Duration
	MaxRestarts                  MaxRestarts   // of a daemon
	Interval                     time.Duration // at which a supervisor asks for the state; 0: as for the others

	// After are the services that are started before this one and stopped after it:
	// those that the key after of the entry and of its groups names, each once.
	After []*Service
}

// MaxRestarts is how many restarts of a daemon within a time are acceptable. The
// zero value accepts any number.
type MaxRestarts struct {
	Number int
	Within time.Duration
}

// MostRestarts is the largest number of restarts that an entry can accept,
// because an instance remembers only one more.
const MostRestarts = 999

// Kind is how a service is driven.
type Kind string

// The kinds of services.
const (
	ByControl Kind = "control" // by a control command
	ByDaemon  Kind = "daemon"  // as a daemon of svloop
	ByCommand Kind = "command" // by its own commands, or by the process table
)

// Kind returns how the service is driven.
func (s *Service) Kind() Kind {
	switch {
	case s.Control != nil:
		return ByControl
	case s.Daemon != "":
		return ByDaemon
	}
	return ByCommand
}

// InTable reports whether the state of the service is determined by a search of
// the process table.
func (s *Service) InTable() bool { return s.Kind() == ByCommand && s.Status == nil }

// KillsMatches reports whether a stop sends signals to the matching processes.
func (s *Service) KillsMatches() bool { return s.Kind() == ByCommand && s.Stop == nil }

// Matches reports whether a process with these arguments belongs to the service.
// The error is [ErrTimeout].
func (s *Service) Matches(args []string) (bool, error) {
	if s.Pattern == nil {
		return containsWords(args, s.Start), nil
	}
	return s.Pattern.MatchArgs(args)
}

// Entry is a service, or a group of entries.
type Entry struct {
	Name     string
	Path     string
	Pos      configgeneral.Pos
	Service  *Service // nil for a group
	Group    *Group   // nil for a service
	Children []*Entry
	After    []*Entry // the entries that its own key after names, each once

	parent *Entry // the group that contains it, nil at the top
	block  *configgeneral.Value
}

// At returns the position of the value of a key, or of the entry if the key is
// absent.
func (e *Entry) At(key string) configgeneral.Pos {
	if e.block == nil {
		return e.Pos
	}
	if v := e.block.Get(key); !isNone(v) && v.Pos.Line > 0 {
		return v.Pos
	}
	return e.Pos
}

// Services returns the services of the entry in the order of the file.
func (e *Entry) Services() []*Service {
	if e.Service != nil {
		return []*Service{e.Service}
	}
	var all []*Service
	for _, child := range e.Children {
		all = append(all, child.Services()...)
	}
	return all
}
