// Package nowait opens files and writes to them, and to the system's log,
// without being held up by who is at their other end: a FIFO that nobody has
// open, a pipe or a terminal that nobody reads, a log daemon that hangs.
//
// What cannot be had is an error. It is up to the caller to count what could not
// be written, and to tell of it.
package nowait

import (
	"errors"
	"os"
	"time"
)

// Patience is how long a write waits for a receiver that takes nothing, which
// may just be slow. It is not waited for again until it has taken something.
const Patience = time.Second

// ErrBusy says that the receiver took nothing for so long.
var ErrBusy = errors.New("the receiver takes nothing")

// receiver is the other end of a descriptor.
type receiver struct {
	fd   int
	busy bool // it was waited for in vain
}

// turn is one attempt to hand something over, which may wait.
type turn struct {
	*receiver
	until time.Time // zero before the first wait
}

func (r *receiver) turn() *turn { return &turn{receiver: r} }

// wait returns when the receiver can take something, or the patience is over.
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
	shared bool // a blocking descriptor, which others use too
}

// Shared returns a writer for a descriptor that others use too, so that it has
// to stay as it is.
func Shared(fd int, name string) *Writer {
	return &Writer{receiver: receiver{fd: fd}, name: name, shared: true}
}

// Name returns the path.
func (w *Writer) Name() string { return w.name }

// Write writes all, or says why not.
func (w *Writer) Write(p []byte) (n int, err error) {
	for t := w.turn(); n < len(p); {
		piece := p[n:]
		if w.shared {
			// A pipe that has room at all takes so much without blocking.
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
