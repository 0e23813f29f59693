//go:build linux

package daemonize

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// Daemon is the started daemon, as the caller sees it.
type Daemon struct {
	process  *os.Process
	pid      int
	reader   *os.File
	schedule proctree.Schedule
	grace    time.Duration
	alone    bool // the only daemon of this process, which is a child subreaper
	died     bool
	killed   atomic.Bool // after the grace period, which the other processes had, too
}

// PID returns the pid of the daemon, which is also the id of its session.
func (d *Daemon) PID() int { return d.pid }

// FailedError is the failure that the daemon reported, or its exit status or
// signal.
type FailedError struct {
	Code int    // the exit status for the caller, 1 if the daemon set none
	Text string // the reason
}

func (e *FailedError) Error() string { return e.Text }

// ErrUnlike is returned if the program of the daemon has another version of this
// package, which reports its start in another way. The daemon has done nothing.
var ErrUnlike = errors.New("the daemon is of another version, which reports its start in another way")

// Wait blocks until the daemon reports that it is ready, and returns nil. From
// then on the daemon is independent. On failure it returns a [FailedError]. Then
// the daemon has exited, and none of the processes that it started is running:
// see [Options.Schedule].
//
// Wait passes the warnings of the daemon to warn. If the context is done first,
// Wait sends SIGTERM to the daemon, waits for its exit, and returns the cause of
// the context: see [Options.Grace].
func (d *Daemon) Wait(ctx context.Context, warn func(text string)) error {
	defer d.reader.Close()
	over := make(chan struct{})
	defer close(over)
	stop := context.AfterFunc(ctx, func() { d.terminate(over) })
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
			_ = d.process.Release()
			return nil
		case "unlike":
			return cmp.Or(d.ended(ctx, nil), ErrUnlike)
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

// terminate sends SIGTERM, and SIGKILL if the daemon is there after the grace period.
func (d *Daemon) terminate(over <-chan struct{}) {
	_ = d.process.Signal(syscall.SIGTERM)
	if d.grace == 0 {
		return
	}
	select {
	case <-over:
	case <-time.After(d.grace):
		d.killed.Store(true)
		_ = d.process.Kill()
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
