package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/svloop/svloop/internal/control"
	"github.com/svloop/svloop/internal/servicelock"
	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/servicedef"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	const hint = "\nhint: SVCTL_RUNTIME_DIR names another directory for locks"
	for _, test := range []struct {
		err  error
		want control.Outcome
	}{
		{&servicelock.HeldError{PID: 7}, control.Outcome{Code: lsb.Failed, Text: "cannot stop: another svctl (pid 7) is acting on it"}},
		{errors.New("interrupted"), control.Outcome{Code: lsb.Failed, Text: "cannot stop: interrupted"}},
		{&servicelock.Error{Directory: "/run/svctl", Err: fs.ErrPermission},
			control.Outcome{Code: lsb.NotPermitted, Text: `cannot stop: cannot lock the service in "/run/svctl": permission denied` + hint}},
	} {
		if got := refused(servicedef.Stop, test.err); got != test.want {
			t.Errorf("%v: %+v, want %+v", test.err, got, test.want)
		}
	}
}

// Without a directory of locks an action is performed, and a warning follows once if it
// has changed something.
func TestActWithoutLocks(t *testing.T) {
	t.Parallel()
	var log warnings
	e := &exclusion{missing: errors.New("no directory"), log: &log}
	for _, test := range []struct {
		changed bool
		want    int
	}{{false, 0}, {true, 1}, {true, 1}} {
		done := false
		e.act(t.Context(), servicedef.Start, &servicedef.Service{}, func(context.Context) control.Outcome {
			done = true
			return control.Outcome{Changed: test.changed}
		})
		if !done || len(log.all) != test.want {
			t.Errorf("changed %v: done %v, warnings %q", test.changed, done, log.all)
		}
	}
	const want = "services are not locked, so another svctl could act on them at the same time: no directory"
	if log.all[0] != want {
		t.Errorf("%q, want %q", log.all[0], want)
	}
}

// warnings is a log that keeps its warnings.
type warnings struct {
	control.Log
	all []string
}

func (w *warnings) Warn(format string, args ...any) {
	w.all = append(w.all, fmt.Sprintf(format, args...))
}
