//go:build linux

package daemonize

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/svloop/svloop/pkg/proctree"
)

// Daemon is the caller's view of the daemon that it has started.
type Daemon struct {
	process  *os.Process
	reader   *os.File
	schedule proctree.Schedule
	died     bool
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
// then the daemon has ended, and nothing of what it has started runs: see
// [Options.Schedule].
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
			return d.ended(ctx, d.cleanUp())
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
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed == nil:
		return nil
	case err != nil:
		return fmt.Errorf("cannot wait for the daemon: %w", err)
	case d.died:
		// Its own exit status was not meant for the caller: the Go runtime, for
		// one, ends a process with 2.
		failed.Text = fmt.Sprintf("the daemon ended before it was ready: %v%s", state, failed.Text)
	}
	return failed
}

// cleanUp ends what a daemon has started that has let go of the pipe without a
// word. The text of the error is what went wrong with that.
func (d *Daemon) cleanUp() *FailedError {
	d.died = true
	awaitDeath(d.PID())
	failed := &FailedError{Code: 1}
	if err := d.endLeft(); err != nil {
		failed.Text = fmt.Sprintf("; %v", err)
	}
	return failed
}

// Died reports, after [Daemon.Wait] has returned an error, that the daemon has not
// said itself how its start went: it was killed, or the Go runtime has given up.
// Then it could not clean up.
func (d *Daemon) Died() bool { return d.died }

func unquote(text string) string {
	if s, err := strconv.Unquote(text); err == nil {
		return s
	}
	return text
}
