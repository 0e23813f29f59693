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

// Daemon is the started daemon, as the caller sees it.
type Daemon struct {
	process  *os.Process
	reader   *os.File
	schedule proctree.Schedule
	died     bool
}

// PID returns the pid of the daemon, which is also the id of its session.
func (d *Daemon) PID() int { return d.process.Pid }

// FailedError is the failure that the daemon reported, or its exit status or
// signal.
type FailedError struct {
	Code int    // the exit status for the caller, 1 if the daemon set none
	Text string // the reason
}

func (e *FailedError) Error() string { return e.Text }

// Wait blocks until the daemon reports that it is ready, and returns nil. From
// then on the daemon is independent. On failure it returns a [FailedError]. Then
// the daemon has exited, and none of the processes that it started is running:
// see [Options.Schedule].
//
// Wait passes the warnings of the daemon to warn. If the context is done first,
// Wait sends SIGTERM to the daemon, waits for its exit, and returns the cause of
// the context.
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
				return d.ended(ctx, nil) // too late: SIGTERM was sent
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

// ended waits until a daemon whose start failed has exited, so that nothing of it
// runs when the caller reads the reason.
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
		// The exit status of the daemon is not meant for the caller: for example,
		// the Go runtime exits with 2.
		failed.Text = fmt.Sprintf("the daemon exited before it was ready: %v%s", state, failed.Text)
	}
	return failed
}

// cleanUp terminates the processes of a daemon that closed the pipe without a
// final message. The text of the error is the failure of that.
func (d *Daemon) cleanUp() *FailedError {
	d.died = true
	awaitDeath(d.PID())
	failed := &FailedError{Code: 1}
	if err := d.endLeft(); err != nil {
		failed.Text = fmt.Sprintf("; %v", err)
	}
	return failed
}

// Died reports, after [Daemon.Wait] has returned an error, that the daemon did
// not report the outcome itself: it was killed, or the Go runtime failed. In this
// case it could not clean up.
func (d *Daemon) Died() bool { return d.died }

func unquote(text string) string {
	if s, err := strconv.Unquote(text); err == nil {
		return s
	}
	return text
}
