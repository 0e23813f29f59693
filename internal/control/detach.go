package control

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/caller"
	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/environ"
	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/servicedef"
)

// detaches returns the options of a start command that this process can perform
// itself: it starts the daemon, as the command does after it has parsed its options.
// That saves two starts of a program for each of many services. Whatever is unusual
// or wrong is left to the command, which has the words for it.
func (c *Controller) detaches(s *servicedef.Service, step servicedef.Step) (*cmdline.Options, bool) {
	if !c.InProcess || s.Kind() != servicedef.ByDaemon || step.Action != servicedef.Start {
		return nil, false
	}
	o := c.options(s)
	if o == nil || o.Help || o.Manual || o.Version || !filepath.IsAbs(c.Svloop) || !isExecutable(c.Svloop) {
		return nil, false
	}
	for _, stream := range o.Streams {
		if stream.Kind == cmdline.StreamInherit && c.Relays == nil { // it is that of the command, whose output is drained
			return nil, false
		}
	}
	return o, o.Distinct(workdir.Get()) == nil
}

// detach does what the command of the step does, within the same time, and with the
// same words and exit status. It returns false if svloop cannot be executed, or is of
// another version: the command has to be run then.
func (c *Controller) detach(ctx context.Context, s *servicedef.Service, o *cmdline.Options, step servicedef.Step, said func(string)) (r runner.Result, done bool) {
	program := daemonize.Program{Path: step.Argv[0], Args: step.Argv, Env: c.Env}
	if step.Path != "" {
		program.Env = environ.With(c.Env, "PATH", step.Path)
	}
	resetBrokenPipe()
	start := caller.Start{Name: filepath.Base(step.Argv[0]), Options: o, Program: &program, Grace: detachGrace}
	ends, err := c.relay(s, o)
	if err != nil {
		c.Log.Warn("%s: %v", s.Path, err)
		return r, false
	}
	start.Streams = [3]*os.File{1: ends[0], 2: ends[1]}
	d, err := start.Begin()
	relay.Close(ends)
	if err != nil {
		return r, false
	}
	command := quoted(step.Argv)
	c.Log.Debug("%s: running %s", s.Path, command)
	say := func(line string) {
		c.Log.Debug("%s: %s", s.Path, line)
		said(line)
		r.Last = line
	}
	limit, cancel := context.WithTimeoutCause(ctx, step.Timeout, errOverdue)
	defer cancel()
	status, err := d.Finish(limit, say)
	switch {
	case err == nil:
		say(d.Started())
		r.Ended = "exit status 0"
	case errors.Is(err, daemonize.ErrUnlike):
		return r, false
	case ctx.Err() != nil:
		r.Exit, r.Ended, r.TimedOut = -1, "interrupted", true
	case errors.Is(err, errOverdue):
		r.Exit, r.Ended, r.TimedOut = -1, fmt.Sprintf("terminated after %s", step.Timeout), true
	default:
		r.Exit, r.Ended = status, fmt.Sprintf("exit status %d", status)
	}
	c.report(s, command, r)
	return r, true
}

// relay starts the relay of the streams that the daemon inherits, if it needs one.
func (c *Controller) relay(s *servicedef.Service, o *cmdline.Options) (ends [2]*os.File, err error) {
	stdout, stderr := o.Streams[1].Kind == cmdline.StreamInherit, o.Streams[2].Kind == cmdline.StreamInherit
	if c.Relays == nil || !stdout && !stderr {
		return ends, nil
	}
	return c.Relays.Start(s.Path, stdout, stderr)
}

// detachGrace is how long a daemon may take after its time limit to terminate the
// processes that it has started. The processes of a command have the same time.
const detachGrace = 2 * time.Second

// isExecutable reports whether a file is a binary. A script in the place of svloop may
// do more than to execute svloop.
func isExecutable(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, len(elf))
	n, _ := f.Read(magic)
	return string(magic[:n]) == elf
}

const elf = "\x7fELF"

// resetBrokenPipe has the daemon get the default action of SIGPIPE, also if this
// process inherited that it is ignored.
var resetBrokenPipe = sync.OnceFunc(func() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) })
