package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// delivery is standard output. It stores the first write error instead of returning it:
// the action continues, and the exit status reports the error at the end.
type delivery struct {
	to io.Writer

	mu  sync.Mutex
	err error
}

func (d *delivery) Write(p []byte) (int, error) {
	n, err := d.to.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err == nil {
		d.err = err
	}
	return len(p), nil
}

// broken reports whether a write has failed.
func (d *delivery) broken() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err != nil
}

// brokenPipe reports whether a write has failed because the reader has closed the pipe, and
// forgets that error.
func (d *delivery) brokenPipe() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !errors.Is(d.err, syscall.EPIPE) {
		return false
	}
	d.err = nil
	return true
}

// delivered returns the exit status: the code of the action, unless its output was not
// written and the code would hide that.
func (s *invocation) delivered(d *delivery, code int) int {
	d.mu.Lock() // a message that is not read may still be in a write
	err := d.err
	d.mu.Unlock()
	if err == nil {
		return code
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	printable.Fprintf(s.stderr, "svctl: cannot write to standard output: %v\n", err)
	switch {
	case code >= 128: // interrupted
		return code
	case s.action == "status":
		return int(lsb.Unknown)
	case code == int(lsb.Done):
		return int(lsb.Failed)
	}
	return code
}

// surviveClosedPipe makes svctl continue after its output is closed. Actions that only
// read may be killed by SIGPIPE, as any filter is, but other actions would be left half
// done. The signal is caught, not ignored, because commands would inherit an ignored
// signal.
func surviveClosedPipe() {
	if !signal.Ignored(syscall.SIGPIPE) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
}
