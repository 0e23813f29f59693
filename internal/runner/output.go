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

// lastOutput is how long after the end of a command its output is relayed, when
// something in the background holds it open.
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
	// Writing to a caller that was killed must return an error: Go ends a program
	// whose own standard output is a broken pipe. The command's SIGPIPE is reset
	// by execve(2), as a signal that is ignored would not be.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return &output{reader, end, make(chan error, 1)}, nil
}

// relay passes the output on to the caller. The command has its own copy of the
// writing end. When the caller has gone, the output is dropped, and the command
// goes on.
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

// relayRest passes on what is in the pipe when the time is over: a caller that
// reads slowly gets all that the command itself has written. It returns nil at the
// end of file.
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
		return fmt.Errorf("cannot start the process that reads the output of what is left in the background: %w", err)
	}
	return nil
}
