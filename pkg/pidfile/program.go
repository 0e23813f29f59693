//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"os"

	"github.com/svloop/svloop/pkg/proctree"
)

// ErrNoProgram is returned by [Instances.OpenProgram] if the instance runs no program
// now, or none that can be identified.
var ErrNoProgram = errors.New("no program runs")

// OpenProgram returns a handle for the main process of the program that the instance of
// the pid file at path runs now. The error wraps [ErrNoProgram] if there is none, for
// example between two runs, and [ErrUntrusted] if the owner of the pid file may not
// signal the process.
//
// The instance names its program in its record. That is believed only of a descendant of
// the instance, or of a process that the instance has adopted: a record may be a moment
// old, or written by another user. An instance without a record, such as one of
// simplevisor-loop, has its program as its only child.
//
// OpenProgram opens both handles before it searches for the proof, so that neither pid
// can be reused in between.
func (in Instances) OpenProgram(path string) (*proctree.Handle, error) {
	for range 3 { // the program may exit while it is identified
		h, err := in.openProgram(path)
		if !errors.Is(err, proctree.ErrGone) {
			return h, err
		}
	}
	return nil, fmt.Errorf("%w: it has just exited", ErrNoProgram)
}

func (in Instances) openProgram(path string) (*proctree.Handle, error) {
	f, err := open(path, os.O_RDONLY)
	if err != nil {
		return nil, fmt.Errorf("cannot open pid file: %w", err)
	}
	defer f.Close()
	before := in.probe(f, path)
	if !before.State.Alive() {
		return nil, fmt.Errorf("%w: it is %s", ErrNoProgram, before.Reason)
	}
	instance, err := proctree.Open(before.PID)
	if err != nil {
		return nil, err
	}
	defer instance.Close()
	pid, err := before.program()
	if err != nil {
		return nil, err
	}
	program, err := proctree.Open(pid)
	if err != nil {
		return nil, err
	}
	if err := in.proveProgram(f, path, before, instance, program); err != nil {
		program.Close()
		return nil, err
	}
	return program, nil
}

// program returns the pid that the record has, or that of the only child of an instance
// without a record.
func (s Status) program() (int, error) {
	switch {
	case s.record != nil && s.record.Program > 0:
		return s.record.Program, nil
	case s.record != nil || s.State == Restarting:
		return 0, fmt.Errorf("%w: it is between two runs", ErrNoProgram)
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return 0, err
	}
	var children []int
	for _, p := range table {
		if p.PPID == s.PID && p.Alive() {
			children = append(children, p.PID)
		}
	}
	if len(children) != 1 {
		return 0, fmt.Errorf("%w: instance %d does not name its program, and has %d children", ErrNoProgram, s.PID, len(children))
	}
	return children[0], nil
}

// proveProgram returns nil if the process belongs to the instance. Both are alive
// afterwards, so their pids were not reused.
func (in Instances) proveProgram(f *os.File, path string, before Status, instance, program *proctree.Handle) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := mayBelieve(info, proctree.Table{program.Stat}); err != nil {
		return err
	}
	belongs, err := descends(program.Stat, instance.PID)
	if err == nil && !belongs {
		belongs = isNoted(readNote(path, ownerOf(info)), program.Stat)
	}
	now := in.probe(f, path)
	switch {
	case program.Exited() || instance.Exited() || now.PID != before.PID:
		return proctree.ErrGone
	case err != nil:
		return err
	case !belongs:
		return fmt.Errorf("%w: process %d does not belong to instance %d", ErrNoProgram, program.PID, instance.PID)
	}
	return nil
}

// descends reports whether a process is a descendant of another one. The parent of an
// orphan changes, so a chain that breaks is followed from a new snapshot.
func descends(p proctree.Stat, ancestor int) (bool, error) {
	if p.PPID == ancestor {
		return true, nil
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return false, err
	}
	for _, d := range table.Descendants(ancestor) {
		if d.PID == p.PID && d.Start == p.Start {
			return true, nil
		}
	}
	return false, nil
}

// isNoted reports whether the note names the process or its session.
func isNoted(note []noted, p proctree.Stat) bool {
	for _, n := range note {
		if n.start == 0 && n.pid == p.Session || n.pid == p.PID && n.start == p.Start {
			return true
		}
	}
	return false
}
