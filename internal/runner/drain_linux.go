package runner

import (
	"cmp"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/reexec"
)

// Drain reads and drops the output of the processes that a command has left in the
// background.
var Drain = reexec.Role{Name: "svctl: draining output", Play: drain}

// small has the Go runtime take little memory; it takes the first of a name.
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// look returns how many bytes are in a pipe, and whether its last writer has closed
// it.
func look(pipe *os.File) (pending int, closed bool, err error) {
	conn, err := pipe.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	e := conn.Control(func(fd uintptr) {
		poll := []unix.PollFd{{Fd: int32(fd)}} // which always tells of POLLHUP
		for {
			if _, err = unix.Poll(poll, 0); !errors.Is(err, unix.EINTR) {
				break
			}
		}
		closed = poll[0].Revents&unix.POLLHUP != 0
		if err == nil {
			pending, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) // FIONREAD
		}
	})
	return pending, closed, cmp.Or(err, e)
}

// startDrain starts the drain in a session of its own, which keeps the signals of
// the caller's terminal away.
func startDrain(output, null *os.File) error {
	_, err := syscall.ForkExec(reexec.Self, []string{Drain.Name}, &syscall.ProcAttr{
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
func drain([]string) (code int, err error) {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM)
	buf := make([]byte, 64*1024)
	for {
		n, err := syscall.Read(0, buf)
		if n == 0 || err != nil && err != syscall.EINTR {
			return 0, nil
		}
	}
}
