package nowait

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Severity is the severity of a message, as in syslog(3).
type Severity int

// The severities in use.
const (
	Err     Severity = 3
	Warning Severity = 4
	Info    Severity = 6
	Debug   Severity = 7
)

// facility is the facility "daemon", as in syslog(3).
const facility = 3 << 3

// Syslog sends messages to syslog. It is not safe for use by several goroutines at once.
type Syslog struct {
	receiver
	tag  string
	path string // of the socket
}

// syslogPaths are the sockets that a syslog daemon may listen on.
var syslogPaths = []string{"/dev/log", "/var/run/syslog", "/var/run/log"}

// ErrNoSyslog is returned if no syslog daemon listens.
var ErrNoSyslog = fmt.Errorf("there is no %s", strings.Join(syslogPaths, ", "))

// OpenSyslog connects to syslog. Messages begin with the tag and the process id.
func OpenSyslog(tag string) (*Syslog, error) {
	s := &Syslog{receiver: receiver{fd: -1}, tag: tag}
	if err := s.connect(); err != nil {
		return nil, err
	}
	return s, nil
}

// connect connects to the first socket that works. If none works, it returns the error of
// the first that exists.
func (s *Syslog) connect() error {
	s.Close()
	why := ErrNoSyslog
	for _, path := range syslogPaths {
		fd, err := dial(path)
		if err == nil {
			s.fd, s.path, s.busy = fd, path, false
			return nil
		}
		if errors.Is(why, ErrNoSyslog) && isSocket(path) {
			why = &os.PathError{Op: "connect", Path: path, Err: err}
		}
	}
	return why
}

// isSocket reports whether the path is a socket. With journald, /var/run/log is a
// directory, and connecting to it fails like connecting to a socket without a listener.
func isSocket(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&os.ModeSocket != 0
}

// Send sends one message. If the syslog daemon was restarted, Send reconnects.
func (s *Syslog) Send(severity Severity, text string) error {
	message := fmt.Appendf(nil, "<%d>%s %s[%d]: %s\n", facility|int(severity),
		time.Now().Format(time.Stamp), s.tag, os.Getpid(), strings.TrimSuffix(text, "\n"))
	err := s.send(message)
	if err == nil || errors.Is(err, ErrBusy) {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	return s.send(message)
}

func (s *Syslog) send(message []byte) error {
	for t := s.turn(); ; {
		n, err := sendOnly(s.fd, message)
		if err == nil && n < len(message) {
			err = errCut
		}
		if again(err) {
			err = t.wait()
			if err == nil {
				continue
			}
		}
		if err != nil {
			return &os.PathError{Op: "send to", Path: s.path, Err: err}
		}
		s.busy = false
		return nil
	}
}

// errCut is returned if only the beginning of a message was sent on a stream. After a
// reconnect the receiver drops the incomplete message.
var errCut = errors.New("only a part was sent")

// Close closes the connection.
func (s *Syslog) Close() {
	if s.fd >= 0 {
		_ = closeFD(s.fd)
		s.fd = -1
	}
}
