package runner

import (
	"os"
	"os/signal"
	"syscall"
)

// Drain is the name under which this program is executed to read, and drop, what
// the processes write that a command has left in the background.
const Drain = "svctl: draining output"

// small has the Go runtime take little memory; it takes the first of a name.
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// startDrain starts the drain in a session of its own, which keeps the signals of
// the caller's terminal away.
func startDrain(output, null *os.File) error {
	_, err := syscall.ForkExec("/proc/self/exe", []string{Drain}, &syscall.ProcAttr{
		Dir:   "/",
		Env:   append(small[:len(small):len(small)], os.Environ()...),
		Files: []uintptr{output.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	return err
}

// drain reads standard input until the last writer has closed it. A signal that is
// meant for the writers does not end it earlier: they may have something to write
// before they exit.
func drain() {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	buf := make([]byte, 64*1024)
	for {
		n, err := syscall.Read(0, buf)
		if n == 0 || err != nil && err != syscall.EINTR {
			return
		}
	}
}
