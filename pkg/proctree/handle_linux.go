package proctree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrGone is returned for a process that does not exist any more.
var ErrGone = errors.New("no such process")

// ErrHidden is returned for a process of another user that /proc does not show to
// the caller.
var ErrHidden = errors.New("/proc hides the process")

// Handle is a lasting reference to one process, a pidfd. After the process is
// gone the handle reports that, even if its pid is reused.
type Handle struct {
	Stat
	file *os.File
}

// Open returns a handle for the process that has the pid now. It returns
// [ErrGone] if there is none. A zombie still exists.
//
// Open creates the pidfd before it reads the stat line, and checks it afterwards,
// so both belong to the same process.
func Open(pid int) (*Handle, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, handleError("open", pid, err)
	}
	// The runtime's poller watches a non-blocking descriptor, so that waiting for
	// the exit of the process does not occupy a thread.
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, handleError("open", pid, err)
	}
	h := &Handle{file: os.NewFile(uintptr(fd), "pidfd")}
	h.Stat, err = ReadStat(pid)
	if err == nil {
		err = h.Signal(0)
		if errors.Is(err, os.ErrPermission) {
			err = nil
		}
	} else if !errors.Is(err, ErrGone) {
		err = fmt.Errorf("cannot examine process %d: %w", pid, err)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Signal sends a signal to the process. It returns nil also for a zombie,
// [ErrGone] if the process has been reaped, and [os.ErrPermission] if the caller
// may not send it.
func (h *Handle) Signal(sig syscall.Signal) error {
	var err error
	if e := h.control(func(fd uintptr) {
		err = unix.PidfdSendSignal(int(fd), sig, nil, 0)
	}); e != nil {
		return e
	}
	if err != nil {
		return handleError("signal", h.PID, err)
	}
	return nil
}

// Exited reports whether the process has exited. A zombie has.
func (h *Handle) Exited() bool {
	exited := true
	_ = h.control(func(fd uintptr) { exited = readable(fd) })
	return exited
}

// Wait blocks until the process exits. If the context is done first, it returns
// the cause of the context.
func (h *Handle) Wait(ctx context.Context) error {
	conn, err := h.file.SyscallConn()
	if err != nil {
		return handleError("wait for", h.PID, err)
	}
	_ = h.file.SetReadDeadline(time.Time{}) // an earlier wait may have set one
	stop := context.AfterFunc(ctx, func() { _ = h.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	err = conn.Read(readable)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Close closes the handle.
func (h *Handle) Close() error { return h.file.Close() }

func (h *Handle) control(f func(fd uintptr)) error {
	conn, err := h.file.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Control(f)
}

// readable reports whether a pidfd is readable. It is readable once its process
// has exited.
func readable(fd uintptr) bool {
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(poll, 0)
		if err != unix.EINTR {
			return n > 0
		}
	}
}

func handleError(verb string, pid int, err error) error {
	if errors.Is(err, unix.ESRCH) {
		return ErrGone
	}
	return fmt.Errorf("cannot %s process %d: %w", verb, pid, err)
}
