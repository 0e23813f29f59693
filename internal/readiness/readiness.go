// Package readiness parses the method by which a program reports that it is
// ready to serve, and waits for the report.
package readiness

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/usageerror"
	"github.com/svloop/svloop/internal/workdir"
)

// Kind is the kind of a method, the word before the colon.
type Kind string

// The kinds of methods.
const (
	Exec    Kind = "exec"    // execve(2) succeeded
	Notify  Kind = "notify"  // READY=1 was received, see sd_notify(3)
	FD      Kind = "fd"      // a newline was written to a descriptor
	PIDFile Kind = "pidfile" // the program wrote its own pid file
	TCP     Kind = "tcp"     // the port accepts a connection
	Alive   Kind = "alive"   // the program has run for a time
)

// Method is a kind with its argument.
type Method struct {
	Kind    Kind
	FD      int           // for FD: 3 or more
	Path    string        // for PIDFile
	Address string        // for TCP: HOST:PORT
	After   time.Duration // for Alive
}

// Accepted lists the syntax that [Parse] accepts, for messages.
const Accepted = "exec, notify, fd:N, pidfile:PATH, tcp:HOST:PORT or alive:SECONDS"

// maxFD limits the size of the descriptor table.
const maxFD = 255

// Parse parses a method.
func Parse(text string) (Method, error) {
	kind, arg, hasArg := strings.Cut(text, ":")
	m := Method{Kind: Kind(kind)}
	var err error
	switch m.Kind {
	case Exec, Notify:
		if hasArg {
			err = fmt.Errorf("%s has no argument", kind)
		}
	case FD:
		if m.FD, err = strconv.Atoi(arg); err != nil || m.FD < 3 || m.FD > maxFD || usageerror.Signed(arg) {
			err = fmt.Errorf("want fd:N with N from 3 to %d", maxFD)
		}
	case PIDFile:
		if m.Path = arg; arg == "" {
			err = errors.New("want pidfile:PATH")
		}
	case TCP:
		err = m.setAddress(arg)
	case Alive:
		var ok bool
		if m.After, ok = usageerror.Seconds(arg, 1e6); !ok {
			err = errors.New("want a number of seconds up to 1e6 in alive:SECONDS")
		}
	default:
		err = errors.New("want " + Accepted)
	}
	if err != nil {
		return Method{}, err
	}
	return m, nil
}

func (m *Method) setAddress(arg string) error {
	host, port, err := net.SplitHostPort(arg)
	if err != nil {
		return errors.New("want tcp:HOST:PORT")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || usageerror.Signed(port) {
		return errors.New("want a port from 1 to 65535 in tcp:HOST:PORT")
	}
	if host == "" {
		host = "localhost"
	}
	m.Address = net.JoinHostPort(host, port)
	return nil
}

// In returns the method with a relative path resolved against dir.
func (m Method) In(dir string) Method {
	if m.Kind == PIDFile {
		m.Path = workdir.Join(dir, m.Path)
	}
	return m
}

// String returns the method in the syntax of [Parse].
func (m Method) String() string {
	switch m.Kind {
	case FD:
		return fmt.Sprintf("fd:%d", m.FD)
	case PIDFile:
		return "pidfile:" + m.Path
	case TCP:
		return "tcp:" + m.Address
	case Alive:
		return "alive:" + strconv.FormatFloat(m.After.Seconds(), 'f', -1, 64)
	}
	return string(m.Kind)
}
