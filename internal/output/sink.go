package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/output/nowait"
)

// sink copies the output of the program to a file that can be reopened, or to
// syslog. The program keeps its end of a pipe from start to exit.
type sink struct {
	to     cmdline.Stream
	rotate cmdline.Rotation
	stamps bool // before each line

	in   *os.File // the program's end
	out  *os.File // svloop's
	done chan struct{}
	log  *Log

	mu     sync.Mutex
	file   io.WriteCloser // for a file
	syslog *nowait.Syslog // for syslog
	lost   int            // bytes that could not be written since the last success
	tail   *tail          // end of the output; nil once the start is reported
}

// sinkBuffer is how many bytes are copied at once. A longer line reaches syslog in
// several messages.
const sinkBuffer = 8192

// drainTime is how long an exiting svloop waits for the rest of the output.
const drainTime = 100 * time.Millisecond

// newSink returns a sink. Its pipe belongs to the program's user, if that differs from
// svloop's. While a caller waits for the start, the sink stores the end of the output.
func newSink(to cmdline.Stream, c Config, log *Log) (*sink, error) {
	s := &sink{to: to, rotate: c.Rotate, stamps: c.Timestamps, done: make(chan struct{}), log: log}
	if c.Daemon {
		s.tail = new(tail)
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	owner := c.Owner
	var err error
	if s.out, s.in, err = os.Pipe(); err == nil {
		err = syscall.SetNonblock(int(s.in.Fd()), false)
	}
	if err == nil && owner != nil && os.Geteuid() == 0 {
		err = s.in.Chown(owner.UID, owner.GID) // else the program could not open /dev/stdout
	}
	if err != nil {
		return nil, fmt.Errorf("cannot create a pipe for the output of the program: %w", err)
	}
	go s.carry()
	return s, nil
}

func (s *sink) open() error {
	if s.to.Kind == cmdline.StreamSyslog {
		to, err := nowait.OpenSyslog(s.log.name)
		if err != nil {
			return fmt.Errorf("cannot send the output of the program to syslog: %w", err)
		}
		s.syslog = to
		return nil
	}
	var f io.WriteCloser
	var err error
	if s.rotate.Size > 0 || s.stamps {
		f, err = s.openLines()
	} else {
		f, err = nowait.Append(s.to.Path)
	}
	if err != nil {
		return hint.ToWrite(fmt.Errorf("cannot open output file: %w", err))
	}
	s.file = f
	return nil
}

// openLines opens the file of lines. A line that was begun in the file before continues.
func (s *sink) openLines() (*lineFile, error) {
	f, err := openLines(s.to.Path, s.rotate, s.stamps)
	if before, ok := s.file.(*lineFile); ok && err == nil {
		f.continueAfter(before)
	}
	return f, err
}

// reopen switches to a new file. If that fails, the old file stays open.
func (s *sink) reopen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	old := s.file
	if err := s.open(); err != nil {
		return err
	}
	return old.Close()
}

// carry copies until the last writer has closed its end: bytes to a file, lines to
// syslog.
func (s *sink) carry() {
	defer close(s.done)
	r := bufio.NewReaderSize(s.out, sinkBuffer)
	for {
		var piece []byte
		var err error
		if s.to.Kind == cmdline.StreamSyslog {
			piece, err = r.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				err = nil
			}
		} else if _, err = r.Peek(1); err == nil {
			piece, err = r.Peek(r.Buffered())
			_, _ = r.Discard(len(piece))
		}
		s.write(piece)
		if err != nil {
			return
		}
	}
}

// write blocks the program for at most [nowait.Patience]. Bytes that cannot be written
// are counted. The log gets a message when the loss begins, and another with the count
// when it is over.
func (s *sink) write(piece []byte) {
	if len(piece) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tail != nil {
		s.tail.add(piece)
	}
	n, err := s.deliver(piece)
	if err != nil {
		if s.lost == 0 {
			s.log.Err("cannot write the output of the program: %v", err)
		}
		s.lost += len(piece) - n
		return
	}
	s.tellLost()
}

func (s *sink) deliver(piece []byte) (int, error) {
	if s.file != nil {
		return s.file.Write(piece)
	}
	return 0, s.syslog.Send(nowait.Info, string(piece))
}

func (s *sink) tellLost() {
	if s.lost > 0 {
		s.log.Err("%d bytes of the output of the program were lost", s.lost)
		s.lost = 0
	}
}

// close writes the rest of the pipe. It does not wait for a background process that still
// holds the other end.
func (s *sink) close() {
	s.in.Close()
	_ = s.out.SetReadDeadline(time.Now().Add(drainTime))
	<-s.done
	if s.to.Kind == cmdline.StreamFile {
		s.drain()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost += unread(s.out)
	s.tellLost()
	s.out.Close()
	if s.file != nil {
		s.file.Close()
		s.file = nil // the file must not be reopened
	}
}

// drain writes what the pipe contains after the drain time: on a busy machine svloop may
// be behind the program. It never waits for a writer.
func (s *sink) drain() {
	_ = s.out.SetReadDeadline(time.Time{})
	buf := make([]byte, sinkBuffer)
	for left := unread(s.out); left > 0; {
		n, err := s.out.Read(buf[:min(left, len(buf))])
		if err != nil {
			return
		}
		s.write(buf[:n])
		left -= n
	}
}
