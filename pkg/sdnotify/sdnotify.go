//go:build linux

// Package sdnotify is the receiving side of the readiness protocol of
// systemd's sd_notify(3): a program sends datagrams of NAME=VALUE lines to the
// socket that the variable NOTIFY_SOCKET names.
//
// The socket is a file, so it is reached from another network namespace. Only
// root and the user of the program can send to it, and a flood of anybody else's
// messages cannot keep those of the program out:
//
//	/run/sdnotify.Q/      mode 0711, of the caller; Q is random
//	    S                 the socket; S is random
//
// If the program runs as root, it may change its user at any time, to one that is
// not known. Then the mode of the socket admits everybody, but only the program
// knows S: the directory cannot be listed, and the kernel publishes another name
// in /proc/net/unix.
//
// Beyond that a message counts only when the kernel vouches that its sender is
// root, the user of the program, or trusted by the caller.
//
// [Socket.Close] removes the directory. What a killed process leaves is not
// locked (flock(2)), and [Sweep] removes it.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
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
