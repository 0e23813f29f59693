package readiness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/proctree"
)

// The delays of polls. They double from the first to the last.
const (
	firstLook = 2 * time.Millisecond
	lastLook  = 100 * time.Millisecond
)

// ErrTaken reports that the port accepted a connection before the program was
// started, so that a later connection would prove nothing.
var ErrTaken = errors.New("another program answers there already")

// Check reports, before the program is started, whether a sign of readiness
// exists already. A pid file from an earlier run does not count, see
// [Method.Wait].
func (m Method) Check(ctx context.Context) error {
	if m.Kind != TCP {
		return nil
	}
	if m.ask(ctx) == nil {
		return fmt.Errorf("cannot wait for %q: %w", m, ErrTaken)
	}
	return nil
}

// Wait returns nil once the program is ready. For FD it reads from the pipe;
// for Exec and Notify it returns at once, because the caller receives these
// reports. When the context is done, Wait still accepts a report that has
// already arrived, and never blocks.
func (m Method) Wait(ctx context.Context, program int, pipe *os.File) error {
	switch m.Kind {
	case Alive:
		return poll.Sleep(ctx, m.After)
	case FD:
		return awaitNewline(ctx, pipe)
	case PIDFile:
		return await(ctx, func() bool { return m.written(program) })
	case TCP:
		return await(ctx, func() bool { return m.ask(ctx) == nil })
	}
	return nil
}

// written reports whether the pid file contains the pid of the program, or of a
// descendant of this process, because the program may have forked.
func (m Method) written(program int) bool {
	text, err := m.read()
	if err != nil || len(text) > longest {
		return false
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	if err != nil {
		return false
	}
	if pid == program {
		return true
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return false
	}
	for _, p := range table.Descendants(os.Getpid()) {
		if p.PID == pid {
			return true
		}
	}
	return false
}

// longest is more than the size of any pid file.
const longest = 64

// read returns the beginning of the pid file. The program may have put anything
// in its place, for example a FIFO or a huge file, so read never blocks and
// limits the size.
func (m Method) read() ([]byte, error) {
	f, err := nowait.OpenToRead(m.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.SetReadDeadline(time.Now().Add(lastLook)); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f, longest+1))
}

// Reached checks once more at the deadline: svloop may have been stopped or starved, so
// that no check happened in time. It is for the kinds that svloop polls. If the program
// is not ready, why is the reason after a colon, or empty.
func (m Method) Reached(ctx context.Context, program int, lasted time.Duration) (ready bool, why string) {
	switch m.Kind {
	case Alive:
		return lasted >= m.After, ""
	case PIDFile:
		return m.written(program), ""
	case TCP:
		if err := m.ask(ctx); err != nil {
			return false, ": " + err.Error()
		}
		return true, ""
	}
	return false, ""
}

// ask returns nil if the port accepts a connection.
func (m Method) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", m.Address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// ErrClosed reports that the program closed the descriptor without a newline.
var ErrClosed = errors.New("the program closed its readiness descriptor without a newline")

func awaitNewline(ctx context.Context, pipe *os.File) error {
	stop := context.AfterFunc(ctx, func() { _ = pipe.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 256)
	for {
		n, err := pipe.Read(buf)
		if bytes.IndexByte(buf[:n], '\n') >= 0 || ctx.Err() != nil && newlineIn(pipe) {
			// Like s6, close the pipe: a program that continues to write gets
			// an error, and does not block on a full pipe.
			_ = pipe.Close()
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return ErrClosed
		}
	}
}

func await(ctx context.Context, ready func() bool) error {
	for pauses := poll.Doubling(firstLook, lastLook); !ready(); {
		if err := pauses.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}
