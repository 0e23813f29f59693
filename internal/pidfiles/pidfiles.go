// Package pidfiles defines which processes count as instances of svloop and of its
// predecessor simplevisor-loop, and which count as supervisors, for package pidfile.
package pidfiles

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

const (
	svloop    = "svloop"
	svctl     = "svctl"
	oldSvloop = "simplevisor-loop"
	oldSvctl  = "simplevisor"
)

// Svloop are the instances of svloop and simplevisor-loop. simplevisor-loop is a perl
// script, and packages install it under other names.
var Svloop = pidfile.Instances{Name: svloop, Old: []string{oldSvloop}, Interpreter: "perl", Reject: rejectSupervisor}

// Supervisor is what counts as a supervisor: svctl supervise, and simplevisor, a Python
// script that it replaces. Their requests are lines, such as "restart_child web/httpd".
var Supervisor = pidfile.Instances{Name: svctl, Old: []string{oldSvctl}, Interpreter: "python", Lines: true, OwnTouch: true, Reject: rejectSvloop}

// Both obey "quit". svloop --quit would wait too short for a supervisor, which stops all
// its services, and would then kill it together with them; a supervisor's --quit would
// end the svloop of a service.

func rejectSupervisor(path string, found pidfile.Status) error {
	if !isSupervisor(found) {
		return nil
	}
	err := fmt.Errorf("process %d is a supervisor, not svloop", found.PID)
	return hint.With(err, fmt.Sprintf("svctl supervise --pidfile %q --quit terminates it and its services", path))
}

func rejectSvloop(path string, found pidfile.Status) error {
	if !isSvloop(found) {
		return nil
	}
	err := fmt.Errorf("process %d is svloop, not a supervisor", found.PID)
	return hint.With(err, fmt.Sprintf("svloop --pidfile %q --quit terminates it", path))
}

// isSupervisor reports whether a living instance is a supervisor: it publishes itself as its
// program, and no signals for it.
func isSupervisor(found pidfile.Status) bool {
	if r := found.Record(); r != nil {
		return r.Program == found.PID && r.KillSpec == ""
	}
	return hasName(found.PID, svctl, oldSvctl)
}

// isSvloop reports whether a living instance is svloop: it always publishes the signals for
// its program.
func isSvloop(found pidfile.Status) bool {
	if r := found.Record(); r != nil {
		return r.KillSpec != ""
	}
	return hasName(found.PID, svloop, oldSvloop)
}

// hasName reports whether a process, whose record cannot be read, was started by one of the
// names.
func hasName(pid int, names ...string) bool {
	args, err := proctree.Args(pid)
	return err == nil && len(args) > 0 && slices.Contains(names, filepath.Base(args[0]))
}
