//go:build linux

// Package sdnotify receives the messages of systemd's sd_notify(3). A program
// sends datagrams with lines of NAME=VALUE to the socket that the environment
// variable NOTIFY_SOCKET names.
//
// The socket is a file, so that programs in other network namespaces can reach
// it. Only root and the user of the program can send to it, so that other users
// cannot flood it:
//
//	/run/sdnotify.Q/      mode 0711, of the caller; Q is random
//	    S                 the socket; S is random
//
// A program that runs as root can change to any user at any time. Its socket is
// therefore writable for all users, but only the program knows S: other users
// cannot list the directory, and /proc/net/unix shows another name.
//
// In addition, a message is dropped unless the kernel reports that its sender
// is root, the user of the program, or a process that the caller trusts.
//
// [Socket.Close] removes the directory. A process holds a lock on its directory
// (flock(2)). [Sweep] removes the directories of killed processes, which are
// not locked.
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

// Message is one datagram. Fields that the datagram does not set are zero.
type Message struct {
	Ready    bool          // READY=1
	Stopping bool          // STOPPING=1
	Watchdog bool          // WATCHDOG=1
	Trigger  bool          // WATCHDOG=trigger: the program reports its own failure
	Status   string        // STATUS=
	MainPID  int           // MAINPID=
	Extend   time.Duration // EXTEND_TIMEOUT_USEC=
}

// Parse parses a datagram. It ignores unknown lines, as sd_notify(3) demands.
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
