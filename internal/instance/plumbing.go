package instance

import (
	"fmt"
	"os"
	"sync"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/internal/nowait"
	"github.com/svloop/svloop/pkg/daemonize"
)

// plumbing is what the options make of the standard streams of the program.
type plumbing struct {
	streams [3]invocation.Stream
	direct  bool // output files are the program's own, so that it can outlive svloop
	sinks   map[invocation.Stream]*sink
	log     *logger
	before  [3]int64 // how long the output files were
	closed  sync.Once
	caller  *daemonize.Caller // nil in the foreground
}

// closedFD is a descriptor that the program does not get.
const closedFD = ^uintptr(0)

// newPlumbing opens the sinks, which last as long as the instance.
func newPlumbing(o *invocation.Options, dir string, caller *daemonize.Caller, log *logger) (*plumbing, error) {
	p := &plumbing{caller: caller, direct: o.Survivors == invocation.AdoptSurvivors, sinks: make(map[invocation.Stream]*sink), log: log}
	for i, s := range o.Streams {
		if s.Kind == invocation.StreamDefault {
			s.Kind = invocation.StreamInherit
			// The foreground is svloop's: a program in the background of a
			// terminal would be stopped when it reads from it.
			if i == 0 && caller == nil && isTerminal(0) {
				s.Kind = invocation.StreamNull
			}
		}
		p.streams[i] = s.In(dir)
	}
	for _, s := range p.streams[1:] {
		if s.Kind != invocation.StreamSyslog && (s.Kind != invocation.StreamFile || p.direct) || p.sinks[s] != nil {
			continue
		}
		sink, err := newSink(s, o.Setup.Identity, caller != nil, log)
		if err != nil {
			p.close()
			return nil, err
		}
		p.sinks[s] = sink
	}
	if caller != nil {
		p.mark()
	}
	return p, nil
}

// open returns the descriptors for one run, and what closes them here.
func (p *plumbing) open() (fds [3]uintptr, done func(), err error) {
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
		case s.Kind == invocation.StreamInherit:
			fds[i] = p.inherited(i)
			continue
		case p.sinks[s] != nil && i > 0:
			fds[i] = p.sinks[s].in.Fd()
			continue
		case s.Kind == invocation.StreamFile && i == 0:
			name, flags = s.Path, os.O_RDONLY
		case s.Kind == invocation.StreamFile:
			name, flags = s.Path, os.O_WRONLY|os.O_CREATE|os.O_APPEND
		}
		f, e := nowait.Open(name, flags)
		if e != nil {
			done()
			return fds, nil, fmt.Errorf("cannot open %s of the program: %w", invocation.StreamNames[i], e)
		}
		opened = append(opened, f)
		fds[i] = f.Fd()
	}
	return fds, done, nil
}

// inherited returns the descriptor of a stream that svloop has inherited.
func (p *plumbing) inherited(i int) uintptr {
	if i == 2 && p.caller != nil {
		return p.caller.Stderr()
	}
	return uintptr(i)
}

// reopen opens the output files anew, after they were moved away.
func (p *plumbing) reopen() {
	for _, s := range p.sinks {
		if err := s.reopen(); err != nil {
			p.log.err("%v", err)
		}
	}
}

// close writes out what the program has said.
func (p *plumbing) close() {
	p.closed.Do(func() {
		for _, s := range p.sinks {
			s.close()
		}
	})
}
