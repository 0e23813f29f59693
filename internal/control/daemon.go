package control

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/servicedef"
)

// anotherTime is how long the pid file of another client's instance may take to
// appear, after an instance exited before svctl saw its pid file. Without the file,
// svctl cannot know whether a client requested that exit. foreignTime is the same for
// another program in $SVLOOP.
const (
	anotherTime = time.Second
	foreignTime = 5 * time.Second
)

// startDaemon starts svloop, and waits until the service runs. If another client's
// instance holds the pid file, startDaemon waits for that instance. If it exits
// instead, startDaemon starts svloop again.
func (c *Controller) startDaemon(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	adoptOrphans()
	deadline := time.Now().Add(s.Timeout)
	for {
		i, err := c.launch(ctx, s)
		if !heldByAnother(s, err) {
			g.err, g.exited, g.after = err, i.exited, i.startedAfter(g, c.InProcess, func() string { return c.toSeeWhy(s) })
			if i.pid > 0 {
				g.settled = func(now Status) bool { return i.settle(ctx, s.Daemon, now) }
			}
			o := c.await(ctx, s, g)
			i.close()
			return o
		}
		if o, over := c.awaitAnother(ctx, s, g, err, deadline); over {
			return o
		}
	}
}

// launch runs the start command of a daemon, and returns the instance that the
// command started.
func (c *Controller) launch(ctx context.Context, s *servicedef.Service) (i instance, err error) {
	var said []string
	err = c.scan.step(func() (err error) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		said, err = c.command(ctx, s, s.Step(servicedef.Start, c.Svloop))
		return err
	})
	if err != nil {
		return i, err
	}
	if pid, found := startedPID(said); found {
		i = newInstance(pid)
		i.see(s.Daemon)
	}
	return i, nil
}

// started matches the line with which svloop and simplevisor-loop report a start.
var started = regexp.MustCompile(` \(pid ([1-9][0-9]*)\) started$`)

func startedPID(output []string) (pid int, found bool) {
	for _, line := range output {
		if m := started.FindStringSubmatch(line); m != nil {
			pid, err := strconv.Atoi(m[1])
			return pid, err == nil
		}
	}
	return 0, false
}

// startedAfter returns the outcome for an instance that was started and has exited.
// Another program in $SVLOOP may report the pid of a process that exists only during
// the start. why returns the hint how to find out why the program has failed.
func (i *instance) startedAfter(g goal, ours bool, why func() string) func(Status) (Outcome, bool) {
	var since time.Time
	patience := anotherTime
	if !ours {
		patience = foreignTime
	}
	return func(now Status) (Outcome, bool) {
		if since.IsZero() {
			since = time.Now()
		}
		switch asked, known := i.asked(); {
		case asked:
			return Outcome{Code: lsb.Done, Changed: true, Text: g.done + ", then stopped by another client"}, true
		case now.State == pidfile.Failed:
			// The reason of svloop says more than its exit status.
			return failed(g.verb, fmt.Errorf("svloop (pid %d) exited right after its start: it is %s\n%s", i.pid, now.Detail, why())), true
		case !known && !i.failed && time.Since(since) < patience:
			return Outcome{}, false
		case now.Code == lsb.Unknown: // another instance may be claiming the file
			return Outcome{}, false
		}
		return failed(g.verb, i.failure(now, why())), true
	}
}

// failure returns the error for an instance that has exited, with the reason if it is
// known.
func (i *instance) failure(now Status, why string) error {
	err := fmt.Errorf("svloop (pid %d) exited right after its start", i.pid)
	reason := cmp.Or(printable.Text(i.lastExit), i.ended)
	if reason != "" {
		err = fmt.Errorf("%w: %s", err, reason)
	}
	if now.Detail != Describe(lsb.NotRunning) {
		err = fmt.Errorf("%w: it is %s", err, now.Detail)
	}
	hint := why
	switch reason {
	case "exit status 0":
		hint = "hint: " + inBackground
	case "": // unknown: both causes are likely
		hint += "; " + inBackground
	}
	return fmt.Errorf("%w\n%s", err, hint)
}

// inBackground is the hint for a program that svloop cannot supervise.
const inBackground = "a daemon that exits with 0 may have put itself in the background: start it with its option for the foreground, or use a pattern instead of daemon"

// stoppedAfter returns the outcome for an instance that was stopped and has exited.
func stoppedAfter(now Status) (Outcome, bool) {
	if now.Code != lsb.Running {
		return Outcome{}, false
	}
	return Outcome{Code: lsb.Done, Changed: true, Text: "stopped, then started by another client" + pidsText(now)}, true
}

func pidsText(now Status) string {
	if len(now.PIDs) == 0 {
		return ""
	}
	return fmt.Sprintf(" (pid %d)", now.PIDs[0])
}

// heldByAnother reports whether svloop failed because another instance holds the pid
// file.
func heldByAnother(s *servicedef.Service, err error) bool {
	var command *CommandError
	if s.Kind() != servicedef.ByDaemon || !errors.As(err, &command) {
		return false
	}
	for _, line := range command.Output {
		for _, held := range heldWords {
			if strings.Contains(line, held) {
				return true
			}
		}
	}
	return false
}

// heldWords are the texts of [pidfile.HeldError] after the path.
var heldWords = []string{
	strings.TrimSuffix(behindPath(pidfile.HeldError{PID: 1}), "1"),
	behindPath(pidfile.HeldError{}),
}

func behindPath(e pidfile.HeldError) string {
	_, words, _ := strings.Cut(e.Error(), `""`)
	return words
}

// startBegun waits until a service that another client is starting is ready. If that start
// fails, startBegun starts the service itself.
func (c *Controller) startBegun(ctx context.Context, s *servicedef.Service) Outcome {
	g := goalOf(servicedef.Start, Step{Kind: Start})
	late := fmt.Errorf("after %s it is %s", s.Timeout, pidfile.Starting)
	if o, over := c.awaitAnother(ctx, s, g, late, time.Now().Add(s.Timeout)); over {
		return o
	}
	return c.startDaemon(ctx, s, g)
}

// awaitAnother waits until the instance of another client runs. It returns false if
// that instance has exited.
func (c *Controller) awaitAnother(ctx context.Context, s *servicedef.Service, g goal, held error, deadline time.Time) (Outcome, bool) {
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		switch now := c.fresh(ctx, s); {
		case now.State == pidfile.Starting:
		case now.Code == lsb.Running:
			c.Log.Info("%s: another client has started it", s.Path)
			return g.another, true
		case now.Code == lsb.NotRunning && time.Now().Before(deadline):
			return Outcome{}, false
		case keepsFailing(now, deadline):
			return failed(g.verb, errFailing(now, c.toSeeWhy(s))), true
		}
		if time.Now().After(deadline) {
			return failed(g.verb, held), true
		}
		if err := pauses.Wait(ctx); err != nil {
			return failed(g.verb, err), true
		}
	}
}
