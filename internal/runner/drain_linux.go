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

// Drain is the role that reads and drops the output of processes that a command left in
// the background.
var Drain = reexec.Role{Name: "svctl: draining output", Play: drain}

// small reduces the memory of the Go runtime. Of duplicate variables the runtime uses the
// first.
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// look returns the number of bytes in a pipe, and whether all writers have closed it.
func look(pipe *os.File) (pending int, closed bool, err error) {
	conn, err := pipe.SyscallConn()
	if err != nil {
		return 0, false, err
	}
	e := conn.Control(func(fd uintptr) {
		poll := []unix.PollFd{{Fd: int32(fd)}} // POLLHUP is always reported
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

// startDrain starts the drain in a new session, so that the signals of the caller's
// terminal do not reach it.
func startDrain(output, null *os.File) error {
	_, err := syscall.ForkExec(reexec.Self, []string{Drain.Name}, &syscall.ProcAttr{
		Dir:   "/",
		Env:   append(small[:len(small):len(small)], os.Environ()...),
		Files: []uintptr{output.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	return err
}

// drain reads standard input until the last writer has closed it. It ignores signals that
// are meant for the writers, which may have output to write before they exit.
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
