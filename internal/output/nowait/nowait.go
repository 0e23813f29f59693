// Package nowait opens files and writes to files and to syslog without blocking on the
// other end: a FIFO that no process has open, a pipe or terminal that no process reads, a
// syslog daemon that hangs.
//
// Instead of blocking, a call returns an error. The caller has to count and report what
// could not be written. Only [Queue] counts itself.
package nowait

import (
	"errors"
	"os"
	"time"
)

// Patience is how long a write waits for a receiver that does not read but may only be
// slow. The next writes do not wait until the receiver has read something.
const Patience = time.Second

// ErrBusy is returned if the receiver did not read for that long.
var ErrBusy = errors.New("the receiver does not read")

// receiver is the other end of a descriptor.
type receiver struct {
	fd   int
	busy bool // the last wait timed out
}

// turn is one attempt to write, which may wait.
type turn struct {
	*receiver
	until time.Time // zero before the first wait
}

func (r *receiver) turn() *turn { return &turn{receiver: r} }

// wait returns when the receiver can accept data, or at the deadline.
func (t *turn) wait() error {
	now := time.Now()
	if t.until.IsZero() {
		t.until = now
		if !t.busy {
			t.until = now.Add(Patience)
		}
	}
	err := await(t.fd, t.until.Sub(now))
	t.busy = errors.Is(err, ErrBusy)
	return err
}

// Writer writes to a file. It is not safe for use by several goroutines at once.
type Writer struct {
	receiver
	name   string
	shared bool // a blocking descriptor that other processes use too
}

// Shared returns a writer for a descriptor that other processes use too, so that its
// flags must not change.
func Shared(fd int, name string) *Writer {
	return &Writer{receiver: receiver{fd: fd}, name: name, shared: true}
}

// Name returns the path.
func (w *Writer) Name() string { return w.name }

// Fd returns the descriptor.
func (w *Writer) Fd() int { return w.fd }

// Write writes all of p, or returns an error.
func (w *Writer) Write(p []byte) (n int, err error) {
	for t := w.turn(); n < len(p); {
		piece := p[n:]
		if w.shared {
			// A pipe that is ready for writing accepts this many bytes without blocking.
			piece = piece[:min(len(piece), pipeBuffer)]
			err = t.wait()
		}
		m := 0
		if err == nil {
			m, err = write(w.fd, piece)
		}
		if again(err) {
			err = t.wait()
		}
		if err != nil {
			return n, &os.PathError{Op: "write", Path: w.name, Err: err}
		}
		n += m
	}
	w.busy = false
	return n, nil
}

// Close closes the descriptor.
func (w *Writer) Close() error { return closeFD(w.fd) }
