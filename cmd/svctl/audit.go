package main

import (
	"sync"
	"time"

	"github.com/svloop/svloop/internal/audit"
	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/ordering"
	"github.com/svloop/svloop/internal/output/nowait"
	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// auditTag is the tag of records in syslog, whatever the name of the log is.
const auditTag = "svctl"

// auditTrail records the actions of a user. Records go to syslog if it is available, whatever
// the log is, because an administrator asks afterwards who has stopped a service. They go to any
// other log at the level info.
type auditTrail struct {
	log *logger // nil: none
	by  func() servicelock.Hold

	mu     sync.Mutex
	syslog *nowait.Syslog // nil: it is not available
}

// newAudit returns a trail for this user. It connects to syslog, which never blocks.
func (s *invocation) newAudit() *auditTrail {
	user := s.user()
	a := &auditTrail{log: s.log, by: sync.OnceValue(func() servicelock.Hold { return servicelock.HoldBy(user) })}
	a.syslog, _ = nowait.OpenSyslog(auditTag) // nothing depends on records
	return a
}

func (a *auditTrail) close() {
	if a.syslog != nil {
		a.syslog.Close()
	}
}

// record completes the record with the user, and writes it.
func (a *auditTrail) record(r audit.Record) {
	by := a.by()
	r.User, r.SudoUser = by.User, by.SudoUser
	line := r.String()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.syslog != nil {
		_ = a.syslog.Send(nowait.Info, line)
	}
	if a.log != nil && a.log.file != nil {
		a.log.Info("%s", line)
	}
}

// recordResult records what an action has done with a service. An ensure that had nothing
// to do is none: cron calls it all the time.
func (a *auditTrail) recordResult(action servicedef.Action, r actionResult) {
	if r.Skipped || r.NotBegun || action == ordering.Ensure && r.Code == lsb.Done && !r.Changed {
		return
	}
	a.record(audit.Record{
		Action: string(action), Service: r.Path, Code: r.Code, Changed: r.Changed,
		Duration: r.took, Result: control.Outcome{Text: r.Text}.Headline(),
	})
}

// recordRequest makes a request to the supervisor with this pid file, and records it. A
// supervisor that a request has ended is a change, also if a service is still running.
func (s *invocation) recordRequest(request, pidfile string, do func(pidfile string) int) int {
	alive := func() bool { return pidfiles.Supervisor.Probe(pidfile).State.Alive() }
	since, before := time.Now(), alive()
	code := do(pidfile)
	r := audit.Record{
		Action: request, Supervisor: pidfile, Code: lsb.Action(code),
		Changed:  before && (lsb.Action(code) == lsb.Done || !alive()),
		Duration: time.Since(since), Result: "done",
	}
	switch {
	case r.Code != lsb.Done:
		r.Result = "failed"
	case !before:
		r.Result = "not running"
	}
	a := s.newAudit()
	defer a.close()
	a.record(r)
	return code
}
