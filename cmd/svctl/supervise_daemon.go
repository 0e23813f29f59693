package main

import (
	"errors"
	"os"
	"strings"

	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/daemonize"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/printable"
)

// smallRuntime makes the Go runtime of the daemon take less memory.
var smallRuntime = []string{"GODEBUG=disablethp=1"}

// detachSupervisor starts the supervisor as a daemon, and reports how its start went: it
// has succeeded when the first cycle is over.
func (s *invocation) detachSupervisor() int {
	settings := s.settings.Over(s.config.Settings)
	for _, path := range []string{s.config.Name, settings.PidFile, settings.Store, settings.LogFile} {
		if _, err := absolute(path); err != nil { // the daemon would have another directory
			return complain(s.stderr, err)
		}
	}
	ctx, stop := interruptible() // before there is a daemon that must not be left
	defer stop()
	d, err := daemonize.Start(daemonize.Options{Dir: workdir.Get(), Streams: plainFiles(), Runtime: smallRuntime})
	if err != nil {
		return s.check(err)
	}
	err = d.Wait(ctx, func(text string) { printable.Fprintf(s.stderr, "svctl: warning: %s\n", text) })
	failed, told := errors.AsType[*daemonize.FailedError](err)
	switch {
	case err == nil:
		printable.Fprintf(s.stdout, "svctl supervise (pid %d) started\n", d.PID())
		return int(lsb.Done)
	case told && !d.Died():
		printable.Fprintf(s.stderr, "%s\n", printable.Raw(printable.Lines(failed.Text)))
		return failed.Code
	}
	return exitCode(ctx, s.check(err))
}

// plainFiles returns the standard streams that a daemon keeps: "--daemon >>log" is an old
// habit.
func plainFiles() (kept [3]*os.File) {
	for i, f := range [3]*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			kept[i] = f
		}
	}
	return kept
}

// daemonLog returns where a daemon logs if no setting says so, because it has no standard
// output.
func (s *invocation) daemonLog() string {
	if info, err := os.Stdout.Stat(); err == nil && info.Mode().IsRegular() {
		return "stdout"
	}
	w, err := nowait.OpenSyslog("")
	if err != nil {
		s.caller.Warn("no syslog is running: messages are lost without --log file")
		return "null"
	}
	w.Close()
	return "syslog"
}

// reportReady tells the caller of a daemon that the first cycle is over, and which
// services are not as expected.
func (s *invocation) reportReady(wrong []string) error {
	for _, text := range wrong {
		s.caller.Warn(text)
	}
	return s.caller.Ready()
}

// told is the output of a daemon until its caller knows whether the start has succeeded.
type told struct{ strings.Builder }

// asDaemon runs f as the daemon of a caller. If f returns before the caller has heard of
// success, the caller prints what f has printed, and exits with its code.
func (s *invocation) asDaemon(f func() int) int {
	errors := &told{}
	s.stderr = errors
	code := f()
	s.caller.Fail(max(code, int(lsb.Failed)), strings.TrimSuffix(errors.String(), "\n"))
	return code
}
