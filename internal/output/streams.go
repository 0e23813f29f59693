package output

import (
	"fmt"
	"os"
	"sync"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/terminal"
)

// Config describes the standard streams of a program.
type Config struct {
	Streams [3]cmdline.Stream // relative paths start at Dir
	Dir     string
	Owner   *spawn.Identity // the program's user if it is not svloop's own

	Rotate     cmdline.Rotation // of the files that svloop writes
	Timestamps bool             // before each line in these files

	// Direct lets the program write to its files itself, so that it can outlive svloop.
	// Otherwise svloop copies the output, and can rotate the files.
	Direct bool

	// Daemon is set if a caller waits for the start. If the start fails, the caller gets the
	// end of the output: see [Streams.Said].
	Daemon bool

	// Stderr returns the descriptor of the inherited standard error, which a daemon has
	// under another number. It is called before each start; nil means 2.
	Stderr func() uintptr
}

// Streams are the standard streams of the program, for all runs.
type Streams struct {
	streams [3]cmdline.Stream
	sinks   map[cmdline.Stream]*sink
	log     *Log
	before  [3]int64 // sizes of the output files before the start
	closed  sync.Once
	stderr  func() uintptr
}

// Open opens the sinks, which stay open as long as the instance runs.
func Open(c Config, log *Log) (*Streams, error) {
	p := &Streams{stderr: c.Stderr, sinks: make(map[cmdline.Stream]*sink), log: log}
	for i, s := range c.Streams {
		if s.Kind == cmdline.StreamDefault {
			s.Kind = cmdline.StreamInherit
			// svloop itself is in the foreground of the terminal: the kernel
			// stops a process in the background that reads from it.
			if i == 0 && !c.Daemon && terminal.Is(0) {
				s.Kind = cmdline.StreamNull
			}
		}
		p.streams[i] = s.In(c.Dir)
	}
	for _, s := range p.streams[1:] {
		if s.Kind != cmdline.StreamSyslog && (s.Kind != cmdline.StreamFile || c.Direct) || p.sinks[s] != nil {
			continue
		}
		sink, err := newSink(s, c, log)
		if err != nil {
			p.Close()
			return nil, err
		}
		if other := p.sinks[p.streams[1]]; other != nil && c.Rotate.Size > 0 && sameFile(other, sink) {
			sink.close() // one file rotates once, whatever its names
			sink = other
		}
		p.sinks[s] = sink
	}
	if c.Daemon {
		p.mark()
	}
	return p, nil
}

// sameFile reports whether two sinks write to the same file.
func sameFile(a, b *sink) bool {
	one, ok1 := a.file.(*lineFile)
	two, ok2 := b.file.(*lineFile)
	return ok1 && ok2 && one.series.path == two.series.path
}

// ForRun returns the descriptors 0 to 2 of one run, and a function that closes
// svloop's copies after the start.
func (p *Streams) ForRun() (fds [3]uintptr, done func(), err error) {
	var opened []*os.File
	done = func() {
		for _, f := range opened {
			f.Close()
		}
	}
	for i, s := range p.streams {
		fds[i] = uintptr(i)
		name, flags := os.DevNull, os.O_RDWR
		switch {
		case s.Kind == cmdline.StreamInherit:
			fds[i] = p.inherited(i)
			continue
		case p.sinks[s] != nil && i > 0:
			fds[i] = p.sinks[s].in.Fd()
			continue
		case s.Kind == cmdline.StreamFile && i == 0:
			name, flags = s.Path, os.O_RDONLY
		case s.Kind == cmdline.StreamFile:
			name, flags = s.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND
		}
		f, e := nowait.Open(name, flags)
		if e != nil {
			done()
			e = fmt.Errorf("cannot open %s of the program: %w", cmdline.StreamNames[i], e)
			if i > 0 {
				e = hint.ToWrite(e)
			}
			return fds, nil, e
		}
		opened = append(opened, f)
		fds[i] = f.Fd()
	}
	return fds, done, nil
}

// inherited returns the descriptor of a stream that svloop inherited.
func (p *Streams) inherited(i int) uintptr {
	if i == 2 && p.stderr != nil {
		return p.stderr()
	}
	return uintptr(i)
}

// Reopen opens the output files again, after a rotation has renamed them.
func (p *Streams) Reopen() {
	for _, s := range p.sinks {
		if err := s.reopen(); err != nil {
			p.log.Err("%v", err)
		}
	}
}

// Close writes the remaining output of the program, and closes the sinks.
func (p *Streams) Close() {
	p.closed.Do(func() {
		for _, s := range p.sinks {
			s.close()
		}
	})
}
