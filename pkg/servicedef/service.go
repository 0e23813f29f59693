package servicedef

import (
	"time"

	"github.com/svloop/svloop/pkg/configgeneral"
)

// Expected is the state that a service should be in.
type Expected string

// The states that can be expected.
const (
	Running Expected = "running"
	Stopped Expected = "stopped"
)

// DefaultTimeout is how long any one command of a service may take.
const DefaultTimeout = 60 * time.Second

// Service is an entry of type service. Commands are lists of words.
type Service struct {
	Name     string
	Path     string // the names from the top, joined by slashes
	Pos      configgeneral.Pos
	Expected Expected

	Control, Start, Stop, Status []string
	Restart                      []string // nil: not given
	StopThenStart                bool     // restart = stop+start
	Daemon                       string   // path of the pid file
	DaemonOptions                []string // for svloop
	Pattern                      *Pattern // nil: what is looked for is the start command
	SearchPath                   string   // PATH of the commands, "" for svctl's own
	Timeout                      time.Duration
	MaxRestarts                  MaxRestarts // of a daemon
}

// MaxRestarts is how many restarts of a daemon are no cause for concern: one more
// within that time is. The zero value allows any number.
type MaxRestarts struct {
	Number int
	Within time.Duration
}

// MostRestarts is the largest number of restarts that can be allowed, because an
// instance remembers no more than one above it.
const MostRestarts = 999

// Kind says how a service is driven.
type Kind string

// The kinds of services.
const (
	ByControl Kind = "control" // by a control command
	ByDaemon  Kind = "daemon"  // as a daemon of svloop
	ByCommand Kind = "command" // by commands of its own, or by the process table
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

// InTable reports whether the state of the service is found in the process
// table.
func (s *Service) InTable() bool { return s.Kind() == ByCommand && s.Status == nil }

// KillsMatches reports whether a stop signals the processes that match.
func (s *Service) KillsMatches() bool { return s.Kind() == ByCommand && s.Stop == nil }

// Matches reports whether a process with these arguments is one of the service.
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
	Children []*Entry

	block *configgeneral.Value
}

// At returns the position of the value of a key, or that of the entry if the key is
// not given.
func (e *Entry) At(key string) configgeneral.Pos {
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
