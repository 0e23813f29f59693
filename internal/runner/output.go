package runner

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// lastOutput is how long after the exit of a command its output is relayed if a
// background process holds the pipe open.
const lastOutput = 50 * time.Millisecond

// output is the pipe that is the command's standard output and error.
type output struct {
	reader, end *os.File
	relayed     chan error // delivers nil at the end of file
}

func newOutput() (*output, error) {
	reader, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	// A write to a killed caller must return an error, but Go kills a program whose own
	// standard output is a broken pipe. The signal is caught, not ignored, because execve(2)
	// resets only caught signals for the command.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return &output{reader, end, make(chan error, 1)}, nil
}

// relay copies the output to the caller. The command has its own copy of the writing end.
// If the caller has exited, the output is dropped and the command continues.
func (o *output) relay() {
	o.end.Close()
	_, err := io.Copy(os.Stdout, o.reader)
	switch {
	case err == nil:
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = o.relayRest()
	default:
		_, err = io.Copy(io.Discard, o.reader)
	}
	o.relayed <- err
}

// relayRest copies the rest of the pipe after the deadline, so that a slow caller gets
// all output of the command itself. It returns nil at the end of file.
func (o *output) relayRest() error {
	pending, closed, err := look(o.reader)
	if err != nil {
		return err
	}
	_ = o.reader.SetReadDeadline(time.Time{})
	if closed {
		_, err = io.Copy(os.Stdout, o.reader)
		return err
	}
	_, _ = io.CopyN(os.Stdout, o.reader, int64(pending))
	return os.ErrDeadlineExceeded
}

// release relays the last output, and starts the drain if a process holds the
// pipe open.
func (o *output) release(null *os.File) error {
	_ = o.reader.SetReadDeadline(time.Now().Add(lastOutput))
	if err := <-o.relayed; err == nil {
		return nil
	}
	if err := startDrain(o.reader, null); err != nil {
		return fmt.Errorf("cannot start the process that reads the output of background processes: %w", err)
	}
	return nil
}
