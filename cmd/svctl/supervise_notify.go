package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/pkg/printable"
)

// readyCaller returns a function that tells the caller that the first cycle is over: the
// caller of a daemon, or a supervisor such as systemd that has set NOTIFY_SOCKET
// (sd_notify(3)). The commands of services do not get that variable: they would notify in
// the name of the supervisor.
func (s *invocation) readyCaller() func(wrong []string) error {
	socket := s.env.get("NOTIFY_SOCKET")
	s.env = environ.Without(s.env, "NOTIFY_SOCKET")
	switch {
	case s.caller != nil:
		return s.reportReady
	case socket == "":
		return func([]string) error { return nil }
	}
	return func(wrong []string) error {
		status := "all services are as expected"
		if len(wrong) > 0 {
			status = "not as expected: " + printable.Text(strings.Join(wrong, "; "))
		}
		if err := notify(socket, "READY=1\nSTATUS="+status); err != nil {
			return fmt.Errorf("cannot notify %q of the start: %w", socket, err)
		}
		return nil
	}
}

// notify sends a message to the socket of sd_notify(3). A name that begins with @ is an
// abstract one, for Go too.
func notify(socket, text string) error {
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Write([]byte(text))
	return err
}
