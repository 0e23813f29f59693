package daemonize

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Daemon is the caller's view of the daemon that it has started.
type Daemon struct {
	process *os.Process
	reader  *os.File
}

// PID returns the process id of the daemon, which is also that of its session.
func (d *Daemon) PID() int { return d.process.Pid }

// FailedError is what the daemon said of its failure, or what its end says.
type FailedError struct {
	Code int    // the exit status for the caller: the daemon's word, else 1
	Text string // why
}

func (e *FailedError) Error() string { return e.Text }

// Wait blocks until the daemon says that it is ready, and returns nil; the
// daemon is on its own from then on. A [FailedError] says why it is not, and
// then the daemon has ended.
//
// Warnings of the daemon are passed to warn. When the context is done first,
// the daemon is asked to end with SIGTERM, and Wait returns the cause of the
// context as soon as it has.
func (d *Daemon) Wait(ctx context.Context, warn func(text string)) error {
	defer d.reader.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = d.process.Signal(syscall.SIGTERM)
	})
	defer stop()
	lines := bufio.NewReader(d.reader)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return d.ended(ctx, nil)
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "ready":
			if !stop() {
				return d.ended(ctx, nil) // too late: it has been asked to end
			}
			return nil
		case "warn":
			warn(unquote(rest))
		case "fail":
			number, text, _ := strings.Cut(rest, " ")
			code, err := strconv.Atoi(number)
			if err != nil || code == 0 {
				code = 1
			}
			return d.ended(ctx, &FailedError{Code: code, Text: unquote(text)})
		}
	}
}

// ended waits for the end of a daemon that will not become ready, so that
// nothing is left of it when the caller reads why.
func (d *Daemon) ended(ctx context.Context, failed *FailedError) error {
	state, err := d.process.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if failed != nil {
		return failed
	}
	if err != nil {
		return fmt.Errorf("cannot wait for the daemon: %w", err)
	}
	// Its own exit status was not meant for the caller: the Go runtime, for one,
	// ends a process with 2.
	return &FailedError{Code: 1, Text: fmt.Sprintf("the daemon ended before it was ready: %v", state)}
}

func unquote(text string) string {
	if s, err := strconv.Unquote(text); err == nil {
		return s
	}
	return text
}
