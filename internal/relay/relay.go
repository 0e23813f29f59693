// Package relay copies the output of services to the standard output and error of the
// supervisor, each line with the name of its service.
//
//	service ── pipe ──► Role, one process for each service ──► standard output
//	        ── pipe ──►                                    ──► standard error
//
// The role is a process of its own, so that the service keeps a reader if the supervisor
// is killed: a pipe without a reader would kill the service with SIGPIPE. It exits when
// the last process of the service has closed the pipes. It sleeps while nothing is
// written.
//
// Each line is written with one write(2) of at most [Longest] bytes, which pipes do not
// mix with the writes of other processes. Lines that the destination does not accept are
// dropped and counted: they block the service for [nowait.Patience] at most.
package relay

import (
	"fmt"
	"os"
	"time"

	"github.com/svloop/svloop/internal/reexec"
)

// Role copies the output of the service with the name in its argument.
var Role = reexec.Role{Name: "svctl: relaying output of", Play: play}

// IsRole reports whether these are the arguments of a process in the role.
func IsRole(args []string) bool { return len(args) == 2 && Role.Is(args) }

// Longest is how many bytes a line has at most, with its name and newline. It is PIPE_BUF
// of pipe(7). Longer lines are written in several pieces, each with the name.
const Longest = 4096

// Descriptors of the role.
const (
	firstSource = 3 // pipes for standard output and error, or /dev/null
	aliveFD     = 5 // the end of a pipe that is closed at its exit
)

// Relays are the relays that a supervisor has started. Several goroutines may use them.
type Relays struct {
	to            [2]*os.File // standard output and error
	exited, alive *os.File    // a pipe, whose writing end each relay has
}

// New returns relays to these files. They are used under their numbers by other processes
// too, so their flags do not change.
func New(stdout, stderr *os.File) (*Relays, error) {
	exited, alive, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("cannot relay the output of services: %w", err)
	}
	return &Relays{to: [2]*os.File{stdout, stderr}, exited: exited, alive: alive}, nil
}

// Start starts the relay of a service for its standard output, its standard error, or
// both. It returns the files that the service writes to, nil for the others. The caller
// closes them when the service has been started.
func (r *Relays) Start(name string, stdout, stderr bool) (ends [2]*os.File, err error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return ends, err
	}
	defer null.Close()
	sources := [2]*os.File{null, null}
	for i, wanted := range [2]bool{stdout, stderr} {
		if err == nil && wanted {
			if sources[i], ends[i], err = pipe(); err == nil {
				defer sources[i].Close()
			}
		}
	}
	if err == nil {
		err = start(name, [...]*os.File{null, r.to[0], r.to[1], sources[0], sources[1], r.alive})
	}
	if err != nil {
		Close(ends)
		return [2]*os.File{}, fmt.Errorf("cannot relay its output: %w", err)
	}
	return ends, nil
}

// Close closes the files of a service.
func Close(ends [2]*os.File) {
	for _, f := range ends {
		if f != nil {
			f.Close()
		}
	}
}

// Wait waits until all relays have exited, so that the last lines of the services are
// written, but not longer than the limit: services that the supervisor leaves keep
// theirs. Call it once, after the last Start.
func (r *Relays) Wait(limit time.Duration) {
	r.alive.Close()
	_ = r.exited.SetReadDeadline(time.Now().Add(limit))
	_, _ = r.exited.Read(make([]byte, 1)) // no relay writes
	r.exited.Close()
}
