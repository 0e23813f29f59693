// Package sdnotify is the receiving side of the readiness protocol of
// systemd's sd_notify(3): a program sends datagrams of NAME=VALUE lines to the
// socket that the variable NOTIFY_SOCKET names.
//
// The socket is an abstract one, so it leaves no file behind and is reached
// from a chroot. Anyone on the host can send to it; a message counts only when
// the kernel vouches that its sender has one of the expected user ids.
package sdnotify

import (
	"strconv"
	"strings"
	"time"
)

// Message is one datagram. Fields that were not in it are zero.
type Message struct {
	Ready    bool          // READY=1
	Stopping bool          // STOPPING=1
	Watchdog bool          // WATCHDOG=1
	Trigger  bool          // WATCHDOG=trigger: the program gives itself up
	Status   string        // STATUS=
	MainPID  int           // MAINPID=
	Extend   time.Duration // EXTEND_TIMEOUT_USEC=
}

// Parse reads a datagram. Lines that mean nothing here are passed over, as
// sd_notify(3) asks.
func Parse(datagram string) Message {
	var m Message
	for line := range strings.SplitSeq(datagram, "\n") {
		name, value, _ := strings.Cut(line, "=")
		switch name {
		case "READY":
			m.Ready = value == "1"
		case "STOPPING":
			m.Stopping = value == "1"
		case "WATCHDOG":
			m.Watchdog = value == "1"
			m.Trigger = value == "trigger"
		case "STATUS":
			m.Status = value
		case "MAINPID":
			if pid, err := strconv.Atoi(value); err == nil && pid > 1 {
				m.MainPID = pid
			}
		case "EXTEND_TIMEOUT_USEC":
			const most = int64(24 * time.Hour / time.Microsecond)
			if usec, err := strconv.ParseInt(value, 10, 64); err == nil && usec > 0 {
				m.Extend = time.Duration(min(usec, most)) * time.Microsecond
			}
		}
	}
	return m
}
