package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/internal/supervisor"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// askSupervisor asks a running supervisor. A wrong configuration does not matter if the
// command line names the pid file, or if the supervisor has the default one. A reload fails
// then, but reopens the log file.
func (s *invocation) askSupervisor(request string) int {
	err := s.open()
	if err != nil && s.settings.PidFile == "" {
		s.settings.PidFile = s.existingPidFile()
	}
	switch {
	case err != nil && request == "reload":
		if s.settings.PidFile != "" {
			s.reopenLog(s.settings.PidFile)
		}
		return s.unanswered(request, err)
	case err != nil && s.settings.PidFile == "":
		return s.unanswered(request, hint.With(err, "--pidfile names the pid file of the supervisor, whatever the configuration is"))
	}
	settings := s.settings
	if err == nil {
		defer s.log.close()
		settings = settings.Over(s.config.Settings)
	}
	path, err := s.supervisorPidFile(settings)
	if err != nil {
		return s.unanswered(request, err)
	}
	switch request {
	case "status":
		return s.supervisorStatus(path)
	case "quit":
		return s.recordRequest(request, path, s.quitSupervisor)
	case "reload":
		return s.recordRequest(request, path, s.reloadSupervisor)
	}
	return s.recordRequest(request, path, s.wakeSupervisor)
}

// existingPidFile returns the default pid file of the supervisor of the configuration, which
// may be wrong; "" if there is no such file.
func (s *invocation) existingPidFile() string {
	name, err := s.locate()
	if err != nil {
		return ""
	}
	path, found := s.probeDefault(name)
	if found.State == pidfile.Stopped {
		return ""
	}
	return path
}

// unanswered reports why the pid file is not known. For --status, the state is unknown
// then.
func (s *invocation) unanswered(request string, err error) int {
	code := complain(s.stderr, err)
	if request == "status" {
		return int(lsb.Unknown)
	}
	return code
}

// supervisorReport is the answer to supervise --status in JSON; svctl-supervise(1)
// documents it.
type supervisorReport struct {
	Pidfile string     `json:"pidfile"`
	Code    lsb.Status `json:"code"`
	State   string     `json:"state"`
	Reason  string     `json:"reason"`
	PID     int        `json:"pid,omitempty"`
	Started *time.Time `json:"started,omitempty"`
	Text    string     `json:"text,omitempty"` // services, and the last reload

	Counts map[string]int64 `json:"counts,omitempty"` // by the names in package supervisor
}

func (s *invocation) supervisorStatus(path string) int {
	found := pidfiles.Supervisor.Probe(path)
	rejected := false
	if err := pidfiles.Supervisor.Reject(path, found); found.State.Alive() && err != nil {
		rejected, found.State, found.Reason = true, pidfile.Unknown, err.Error()
	}
	report := supervisorReport{Pidfile: path, Code: found.Code(), State: found.State.String(), Reason: found.Reason, PID: found.PID}
	if r := found.Record(); r != nil && !rejected {
		report.Started, report.Text, report.Counts = &r.Started, r.Text, r.Counts
	}
	if s.json {
		if s.printJSON(report) != 0 {
			return int(lsb.Unknown)
		}
		return int(report.Code)
	}
	who, text := "svctl supervise", "is "+found.Reason
	if found.PID > 0 && !rejected {
		who += fmt.Sprintf(" (pid %d)", found.PID)
	}
	switch {
	case found.State == pidfile.Stopped:
		text = "is not running"
	case rejected, found.State == pidfile.Unknown && found.PID == 0:
		text = "is unknown: " + found.Reason
	case report.Text != "":
		text += ": " + report.Text
	}
	printable.Fprintf(s.stdout, "%s %s\n", who, text)
	return int(report.Code)
}

// quitSupervisor ends the supervisor, and waits as long as its services need to stop. The
// exit status is 1 if a service is left that the supervisor should have stopped.
func (s *invocation) quitSupervisor(path string) int {
	request := supervisor.Quit
	if s.super.leave {
		request = supervisor.StopSupervisor
	}
	before, instance, err := pidfiles.Supervisor.Request(path, request)
	switch {
	case errors.Is(err, pidfile.ErrNotRunning):
		return s.wasNotRunning(path, before)
	case errors.Is(err, pidfile.ErrStuck):
		return s.stuckSupervisor(before.PID)
	case err != nil:
		return s.supervised(fmt.Errorf("cannot ask the supervisor to end: %w", err))
	}
	defer instance.Close()
	ctx, stop := interruptible()
	defer stop()
	if hangs := awaitSupervisor(ctx, instance, path); hangs {
		return s.stuckSupervisor(before.PID)
	}
	if ctx.Err() != nil {
		return exitCode(ctx, s.check(fmt.Errorf("svctl supervise (pid %d) is ending: %w", before.PID, context.Cause(ctx))))
	}
	printable.Fprintf(s.stdout, "svctl supervise (pid %d) has ended\n", before.PID)
	if s.super.leave {
		return int(lsb.Done)
	}
	return exitCode(ctx, s.reportLeft(ctx))
}

// wasNotRunning removes the pid file of a killed supervisor. Its services run on.
func (s *invocation) wasNotRunning(path string, before pidfile.Status) int {
	fmt.Fprintln(s.stdout, "svctl supervise was not running")
	if before.State == pidfile.Dead {
		if _, err := pidfiles.Supervisor.RequestQuit(context.Background(), path, nil); err != nil {
			return s.check(err)
		}
	}
	return int(lsb.Done)
}

func (s *invocation) stuckSupervisor(pid int) int {
	printable.Fprintf(s.stderr, "svctl: svctl supervise (pid %d) does not react\n", pid)
	printable.Fprintf(s.stderr, "svctl: hint: kill -KILL %d ends it and leaves its services as they are\n", pid)
	return int(lsb.Failed)
}

// signOfLife is the time between two looks at a supervisor that is ending.
const lifeSign = 5 * time.Second

// awaitSupervisor waits until the instance has exited or the context is done. It returns
// true if the instance hangs or is stopped by a signal.
func awaitSupervisor(ctx context.Context, instance *proctree.Handle, path string) (hangs bool) {
	for ctx.Err() == nil {
		limit, cancel := context.WithTimeout(ctx, lifeSign)
		err := instance.Wait(limit)
		cancel()
		if err == nil {
			return false
		}
		stat, err := proctree.ReadStat(instance.PID)
		if pidfiles.Supervisor.Probe(path).State == pidfile.Stuck || err == nil && stat.Stopped() {
			return true
		}
	}
	return false
}

// reportLeft reports the services that still run after the end of a supervisor.
func (s *invocation) reportLeft(ctx context.Context) int {
	if s.config == nil {
		return int(lsb.Done) // the configuration is wrong: nobody knows its services
	}
	services, err := s.services()
	if err != nil {
		return complain(s.stderr, err)
	}
	code := lsb.Done
	isHeld := s.held()
	for i, found := range s.statuses(ctx, services) {
		if found.Code == lsb.NotRunning || isHeld(services[i].Service) {
			continue
		}
		text := "it is still " + found.Detail
		if found.Code == lsb.Unknown {
			text = "its state is unknown: " + found.Detail
		}
		printable.Fprintf(s.stderr, "svctl: %s: %s\n", services[i].Path, text)
		code = lsb.Failed
	}
	return int(code)
}

// held returns a function that reports whether a service is held by hand in another state
// than the expected one.
func (s *invocation) held() func(*servicedef.Service) bool {
	view, identify := servicelock.Look(s.user()), s.identify()
	return func(service *servicedef.Service) bool {
		hold, held := view.Held(identify(service))
		return held && hold.Against(service.Expected)
	}
}

// reloadTime is how long a supervisor may take to read its configuration.
const reloadTime = 30 * time.Second

// reloadSupervisor has the supervisor read its configuration again, and waits for the
// result.
func (s *invocation) reloadSupervisor(path string) int {
	number, _ := supervisor.ParseReload(pidfiles.Supervisor.Probe(path).Record())
	before, instance, err := pidfiles.Supervisor.Request(path, supervisor.Reload)
	if code, failed := s.unasked("reload", err); failed {
		return code
	}
	defer instance.Close()
	ctx, stop := interruptible()
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, reloadTime, errors.New("it has not answered in time"))
	defer cancel()
	for {
		now := pidfiles.Supervisor.Probe(path)
		if done, failure := supervisor.ParseReload(now.Record()); done > number {
			if failure != "" {
				return s.check(fmt.Errorf("svctl supervise (pid %d) has not reloaded: %s", before.PID, failure))
			}
			if !s.json && !s.acts.quiet { // of apply
				printable.Fprintf(s.stdout, "svctl supervise (pid %d) has reloaded\n", before.PID)
			}
			return int(lsb.Done)
		}
		step, next := context.WithTimeout(ctx, 20*time.Millisecond)
		err := instance.Wait(step)
		next()
		switch {
		case err == nil:
			return s.check(fmt.Errorf("svctl supervise (pid %d) has ended", before.PID))
		case ctx.Err() != nil:
			return exitCode(ctx, s.check(fmt.Errorf("cannot tell whether svctl supervise (pid %d) has reloaded: %w", before.PID, context.Cause(ctx))))
		}
	}
}

// reopenLog has the supervisor reopen its log file, although its reload will fail. The caller
// reports why.
func (s *invocation) reopenLog(path string) {
	silent := *s
	silent.stdout, silent.stderr = io.Discard, io.Discard
	silent.reloadSupervisor(path)
}

// unasked reports why a supervisor could not be asked, and returns the exit status.
func (s *invocation) unasked(verb string, err error) (code int, failed bool) {
	switch {
	case err == nil:
		return 0, false
	case errors.Is(err, pidfile.ErrNotRunning):
		fmt.Fprintf(s.stderr, "svctl: cannot %s: svctl supervise is not running\n", verb)
		return int(lsb.NotActive), true
	case errors.Is(err, os.ErrPermission):
		return complain(s.stderr, fmt.Errorf("cannot %s: %w", verb, err)), true
	}
	return s.check(fmt.Errorf("cannot %s: %w", verb, err)), true
}

func (s *invocation) wakeSupervisor(path string) int {
	before, instance, err := pidfiles.Supervisor.Request(path, supervisor.WakeUp)
	if code, failed := s.unasked("wake up", err); failed {
		return code
	}
	instance.Close()
	printable.Fprintf(s.stdout, "svctl supervise (pid %d) begins a cycle\n", before.PID)
	return int(lsb.Done)
}
