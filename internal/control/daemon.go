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

// anotherTime is how long the instance of another client may take to appear, after
// one that exited before its pid file was seen: nobody can tell then whether it was
// asked to. foreignTime is how long that of another svloop may take, in $SVLOOP.
const (
	anotherTime = time.Second
	foreignTime = 5 * time.Second
)

// startDaemon starts svloop, and waits until the service runs. When the pid file
// is held by the instance of another client, that one is waited for; when it exits
// instead, svloop is started again.
func (c *Controller) startDaemon(ctx context.Context, s *servicedef.Service, g goal) Outcome {
	adoptOrphans()
	deadline := time.Now().Add(s.Timeout)
	for {
		i, err := c.launch(ctx, s)
		if !heldByAnother(s, err) {
			g.err, g.exited, g.after = err, i.exited, i.startedAfter(g, c.InProcess)
			if i.pid > 0 {
				g.settled = func() bool { return i.settle(ctx, s.Daemon) }
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

// launch runs the start command of a daemon, and returns the instance that it has
// started.
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

// started is how svloop, and simplevisor-loop, report a start.
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

// startedAfter returns what it means that the instance, which was started, has
// exited: it cannot come back. Another svloop in $SVLOOP may report a process that
// is there for the start only.
func (i *instance) startedAfter(g goal, ours bool) func(Status) (Outcome, bool) {
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
			return Outcome{Code: lsb.Done, Changed: true, Text: g.done + ", and stopped again meanwhile"}, true
		case now.State == pidfile.Failed:
			// It knows the reason better.
			return failed(g.verb, fmt.Errorf("svloop (pid %d) exited right after its start: it is %s\n%s", i.pid, now.Detail, toSeeWhy)), true
		case !known && !i.failed && time.Since(since) < patience:
			return Outcome{}, false
		case now.Code == lsb.Unknown: // perhaps another instance that is just claiming the file
			return Outcome{}, false
		}
		return failed(g.verb, i.failure(now)), true
	}
}

// failure says that the instance has exited, with the reason as far as it is known.
func (i *instance) failure(now Status) error {
	err := fmt.Errorf("svloop (pid %d) exited right after its start", i.pid)
	reason := cmp.Or(printable.Text(i.lastExit), i.ended)
	if reason != "" {
		err = fmt.Errorf("%w: %s", err, reason)
	}
	if now.Detail != Describe(lsb.NotRunning) {
		err = fmt.Errorf("%w: it is %s", err, now.Detail)
	}
	hint := toSeeWhy
	switch reason {
	case "exit status 0":
		hint = "hint: " + inBackground
	case "": // that is as likely as a failure
		hint += "; " + inBackground
	}
	return fmt.Errorf("%w\n%s", err, hint)
}

// inBackground is what to do about a program that svloop cannot supervise.
const inBackground = "a daemon that exits with 0 may have put itself in the background: start it with its option for the foreground, or remove daemon and find it by a pattern"

// stoppedAfter is what it means that the instance that was to be stopped has
// exited.
func stoppedAfter(now Status) (Outcome, bool) {
	if now.Code != lsb.Running {
		return Outcome{}, false
	}
	return Outcome{Code: lsb.Done, Changed: true, Text: "stopped, and started again meanwhile" + pidsText(now)}, true
}

func pidsText(now Status) string {
	if len(now.PIDs) == 0 {
		return ""
	}
	return fmt.Sprintf(" (pid %d)", now.PIDs[0])
}

// heldByAnother reports whether svloop has refused because another instance holds
// the pid file.
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

// heldWords are those of [pidfile.HeldError] behind the path.
var heldWords = []string{
	strings.TrimSuffix(behindPath(pidfile.HeldError{PID: 1}), "1"),
	behindPath(pidfile.HeldError{}),
}

func behindPath(e pidfile.HeldError) string {
	_, words, _ := strings.Cut(e.Error(), `""`)
	return words
}

// startBegun waits until a service is ready that another client has started. When it
// exits instead, it is started here.
func (c *Controller) startBegun(ctx context.Context, s *servicedef.Service) Outcome {
	g := goalOf(servicedef.Start, Step{Kind: Start})
	late := fmt.Errorf("after %s it is %s", s.Timeout, pidfile.Starting)
	if o, over := c.awaitAnother(ctx, s, g, late, time.Now().Add(s.Timeout)); over {
		return o
	}
	return c.startDaemon(ctx, s, g)
}

// awaitAnother waits until the instance of another client runs. It returns false
// when that one has exited.
func (c *Controller) awaitAnother(ctx context.Context, s *servicedef.Service, g goal, held error, deadline time.Time) (Outcome, bool) {
	for pauses := poll.Doubling(firstLook, lastLook); ; {
		switch now := c.fresh(ctx, s); {
		case now.State == pidfile.Starting:
		case now.Code == lsb.Running:
			c.Log.Info("%s: another start was first", s.Path)
			return g.another, true
		case now.Code == lsb.NotRunning && time.Now().Before(deadline):
			return Outcome{}, false
		case keepsFailing(now, deadline):
			return failed(g.verb, errFailing(now)), true
		}
		if time.Now().After(deadline) {
			return failed(g.verb, held), true
		}
		if err := pauses.Wait(ctx); err != nil {
			return failed(g.verb, err), true
		}
	}
}
