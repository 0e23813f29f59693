// Package readiness knows the ways in which a program says that it is ready to
// serve, and waits for them.
package readiness

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/workdir"
)

// Kind is a way to say so.
type Kind string

// The kinds, as they stand in front of the colon.
const (
	Exec    Kind = "exec"    // it has been executed
	Notify  Kind = "notify"  // READY=1, as sd_notify(3)
	FD      Kind = "fd"      // a newline on a descriptor
	PIDFile Kind = "pidfile" // the program has written its own pid file
	TCP     Kind = "tcp"     // the port answers
	Alive   Kind = "alive"   // it has lived for a while
)

// Method is a kind with its argument.
type Method struct {
	Kind    Kind
	FD      int           // for FD: 3 or more
	Path    string        // for PIDFile
	Address string        // for TCP: HOST:PORT
	After   time.Duration // for Alive
}

// Accepted is what [Parse] takes, for messages.
const Accepted = "exec, notify, fd:N, pidfile:PATH, tcp:HOST:PORT or alive:SECONDS"

// maxFD keeps the table of descriptors small.
const maxFD = 255

// Parse reads a method.
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
		if m.FD, err = strconv.Atoi(arg); err != nil || m.FD < 3 || m.FD > maxFD || cmdline.Signed(arg) {
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
		if m.After, ok = cmdline.Seconds(arg, 1e6); !ok {
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
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || cmdline.Signed(port) {
		return errors.New("want a port from 1 to 65535 in tcp:HOST:PORT")
	}
	if host == "" {
		host = "localhost"
	}
	m.Address = net.JoinHostPort(host, port)
	return nil
}

// In returns the method with a relative path made to start at dir.
func (m Method) In(dir string) Method {
	if m.Kind == PIDFile {
		m.Path = workdir.Join(dir, m.Path)
	}
	return m
}

// String returns the text that [Parse] reads as m.
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
