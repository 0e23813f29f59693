//go:build linux

// Package caller is the caller's part of svloop --daemon: it starts the daemon, waits
// until the start is over, and returns what there is to print. svloop is the caller of
// its own daemon; svctl is that of the daemon of a service, and saves the command.
//
//	Begin ─── daemonize.Start ─────────► the daemon
//	Finish ◄── warnings, the outcome ─────
//	  └─ pidfile.Bury                    if it died without cleaning up
package caller

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// small reduces the memory of the daemon's Go runtime, which reads both variables only at
// the start of a process. One thread at a time is enough for svloop. Without disablethp,
// each instance takes 3.6 MB of private memory on hosts where transparent huge pages are
// "always".
var small = []string{"GOMAXPROCS=1", "GODEBUG=disablethp=1"}

// Start is the daemon to start.
type Start struct {
	Name    string // of svloop as it is invoked; each line begins with it
	Options *cmdline.Options
	Streams [3]*os.File // the standard streams that the daemon keeps

	Program *daemonize.Program // svloop, nil if this program is svloop
	Grace   time.Duration      // as in [daemonize.Options]
}

// Daemon is a daemon whose start is pending.
type Daemon struct {
	process  *daemonize.Daemon
	start    Start
	schedule proctree.Schedule
}

// exitFailed is the exit status of svloop for a failure of its own.
const exitFailed = 1

// Begin starts the daemon.
func (s Start) Begin() (*Daemon, error) {
	schedule := s.Options.KillSpec
	if schedule == nil {
		schedule, _ = proctree.ParseSchedule(proctree.DefaultSchedule)
	}
	d, err := daemonize.Start(daemonize.Options{
		Streams: s.Streams, Runtime: small, Schedule: schedule, Grace: s.Grace, Program: s.Program,
	})
	if err != nil {
		return nil, err
	}
	return &Daemon{d, s, schedule}, nil
}

// Heard reports whether Finish has something to read, see [daemonize.Daemon.Heard].
func (d *Daemon) Heard(within time.Duration) bool { return d.process.Heard(within) }

// Finish waits until the start is over. It passes what svloop prints on standard error
// to say, line by line, and returns the exit status of svloop. The error is why the
// start has failed: for a context that is done first it wraps the cause.
func (d *Daemon) Finish(ctx context.Context, say func(line string)) (status int, err error) {
	err = d.process.Wait(ctx, func(text string) {
		say(printable.Sprintf("%s: warning: %s", d.start.Name, text))
	})
	if err == nil {
		return 0, nil
	}
	if errors.Is(err, daemonize.ErrUnlike) {
		return exitFailed, err
	}
	if d.process.Died() {
		err = d.bury(err)
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		say(printable.Sprintf("%s: %s", d.start.Name, line))
	}
	if failed, ok := errors.AsType[*daemonize.FailedError](err); ok {
		return failed.Code, err
	}
	return exitFailed, err
}

// Started is what svloop prints on standard output after a start that has succeeded.
func (d *Daemon) Started() string {
	return printable.Sprintf("%s (pid %d) started", d.start.Name, d.process.PID())
}

// bury removes the pid file of a daemon that died during its start. It returns why the
// daemon died, joined with any error of the removal.
func (d *Daemon) bury(died error) error {
	path := d.start.Options.Pidfile
	if path == "" {
		return died
	}
	if err := pidfile.Bury(context.Background(), path, d.process.PID(), d.schedule); err != nil {
		return fmt.Errorf("%w; %w", died, err)
	}
	return died
}
