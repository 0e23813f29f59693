package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

// byInit is a variable that the scripts of the packages set for svctl. Commands of
// services do not get it: one of them may be an svctl of its own.
const byInit = "SVCTL_BY_INIT"

// exclusion keeps this svctl and other processes from acting on a service at the same
// time.
type exclusion struct {
	dir      *servicelock.Directory // nil: there is none
	missing  error                  // why
	warned   sync.Once              // about that
	byUser   func() servicelock.Hold
	byInit   bool // the init system starts and stops, not an administrator by hand
	identify func(*servicedef.Service) servicelock.Identity
	log      control.Log
}

// user is the user that runs svctl.
func (s *invocation) user() runtimedir.User {
	return runtimedir.User{UID: os.Geteuid(), Getenv: s.env.get}
}

// newExclusion opens the directory of locks. Without a directory, services must be
// started and stopped all the same, for example on a host with a read-only disk.
func (s *invocation) newExclusion() *exclusion {
	user := s.user()
	e := &exclusion{byInit: s.env.get(byInit) != "", identify: s.identify(), log: s.log}
	e.byUser = sync.OnceValue(func() servicelock.Hold { return servicelock.HoldBy(user) })
	if e.dir, e.missing = servicelock.Open(user); e.missing != nil {
		return e
	}
	for _, err := range e.dir.Skipped {
		s.log.Info("locks are in %q: %v", e.dir.Name(), err)
	}
	return e
}

func (e *exclusion) close() {
	if e.dir != nil {
		e.dir.Close()
	}
}

// identify returns a function that identifies services for all goroutines.
func (s *invocation) identify() func(*servicedef.Service) servicelock.Identity {
	var mu sync.Mutex
	resolve := newDirectories().resolve
	return func(service *servicedef.Service) servicelock.Identity {
		mu.Lock()
		defer mu.Unlock()
		return servicelock.Identify(s.config.Name, service, resolve)
	}
}

// lock locks a service until it is released. The commands of the action are run with the
// returned context.
func (e *exclusion) lock(ctx context.Context, service *servicedef.Service) (locked context.Context, release func(), err error) {
	if e.dir == nil {
		return ctx, func() {}, nil
	}
	return e.dir.LockContext(ctx, e.identify(service), service.Timeout)
}

// act performs an action on a service while no other process does, and records whether
// the service is in another state than the expected one from now on. An action that
// leaves the state as it is records nothing.
func (e *exclusion) act(ctx context.Context, action servicedef.Action, service *servicedef.Service, do func(context.Context) control.Outcome) control.Outcome {
	ctx, release, err := e.lock(ctx, service)
	if err != nil {
		return refused(action, err)
	}
	defer release()
	if e.dir == nil {
		o := do(ctx)
		if o.Changed {
			e.warned.Do(func() {
				e.log.Warn("services are not locked, so another svctl could act on them at the same time: %v", e.missing)
			})
		}
		return o
	}
	if !changesState(action) {
		return do(ctx)
	}
	e.warn(service, e.dir.ForgetGaveUp(e.identify(service)))
	confirm := e.hold(action, service)
	o := do(ctx)
	confirm(o)
	return o
}

// refused is the outcome if the service cannot be locked.
func refused(action servicedef.Action, err error) control.Outcome {
	o := control.Outcome{Code: lsb.Failed, Text: fmt.Sprintf("cannot %s: %v", action, err)}
	if errors.Is(err, fs.ErrPermission) {
		o.Code = lsb.NotPermitted
	}
	if _, failed := errors.AsType[*servicelock.Error](err); failed {
		o.Text += "\nhint: " + runtimedir.Variable + " names another directory for locks"
	}
	return o
}

// hold records before an action that the service is held in a state against the expected
// one, so that a supervisor that sees the service stop leaves it alone. confirm takes it
// back if the action failed. An action towards the expected state releases the service,
// also if it fails: a supervisor then continues.
func (e *exclusion) hold(action servicedef.Action, service *servicedef.Service) (confirm func(control.Outcome)) {
	id, state := e.identify(service), stateAfter(action)
	if state == service.Expected || e.byInit {
		e.warn(service, e.dir.Release(id))
		return func(control.Outcome) {}
	}
	record := func() {
		h := e.byUser()
		h.State, h.Since = state, time.Now()
		e.warn(service, e.dir.Hold(id, h))
	}
	if before, held := e.dir.Held(id); held && before.State == state {
		return func(o control.Outcome) {
			if o.Changed {
				record()
			}
		}
	}
	record()
	return func(o control.Outcome) {
		if o.Code != lsb.Done || action == servicedef.TryStop && !o.Changed {
			e.warn(service, e.dir.Release(id))
		}
	}
}

// release has a supervisor take care of a service again.
func (e *exclusion) release(service *servicedef.Service) {
	if e.dir != nil {
		e.warn(service, e.dir.Release(e.identify(service)))
	}
}

// warn reports that a hold could not be changed. The action does not depend on it.
func (e *exclusion) warn(service *servicedef.Service, err error) {
	if err != nil {
		e.log.Warn("%s: a supervisor may undo this: %v", service.Path, err)
	}
}

// changesState reports whether the action brings a service into a state. A restart of a
// service that runs is over when the lock is released.
func changesState(action servicedef.Action) bool {
	switch action {
	case servicedef.Reload, servicedef.ForceReload, servicedef.TryRestart, servicedef.SendSignal:
		return false
	}
	return true
}

func stateAfter(action servicedef.Action) servicedef.Expected {
	if action == servicedef.Stop || action == servicedef.TryStop {
		return servicedef.Stopped
	}
	return servicedef.Running
}
