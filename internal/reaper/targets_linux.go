package reaper

import (
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Group returns the process group of a child, as a target to stop.
func (r *Reaper) Group(leader int) proctree.Targets { return group{r, leader} }

type group struct {
	reaper *Reaper
	leader int
}

// Signal signals the whole group at once while its leader is not reaped, and the members
// one by one after that.
func (g group) Signal(sig syscall.Signal) error {
	if g.reaper.signalGroup(g.leader, unix.Signal(sig)) {
		return nil
	}
	return proctree.Set(g.members).Signal(sig)
}

// If a program leaves no process, Gone need not read the process table.
func (g group) Gone() (bool, error) {
	if g.reaper.Unreaped(g.leader) {
		return false, nil
	}
	if Childless() {
		return true, nil
	}
	return proctree.Set(g.members).Gone()
}

func (g group) members(t proctree.Table) proctree.Table {
	return t.Descendants(os.Getpid()).InGroup(g.leader)
}

// Everything is all descendants of this process, as a target to stop.
func Everything() proctree.Targets { return everything{} }

type everything struct{}

func (everything) Signal(sig syscall.Signal) error { return proctree.Set(Descendants).Signal(sig) }

func (everything) Gone() (bool, error) { return Childless(), nil }

// Descendants returns the descendants of this process.
func Descendants(t proctree.Table) proctree.Table { return t.Descendants(os.Getpid()) }

// Left returns the living processes of one run, as [Since] selects them, from a complete
// reading of the process table. No child is reaped during the reading, so every process
// that lived at its beginning descends from a child in the table. A zombie among them may
// have had children after they were listed; then the reading is not complete.
func (r *Reaper) Left(start uint64, program int) (left proctree.Table, whole bool, err error) {
	if Childless() {
		return nil, true, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, false, err
	}
	whole = !slices.ContainsFunc(table, func(s proctree.Stat) bool {
		return !s.Alive() && ofRun(s, start, program)
	})
	return Since(start, program)(table), whole, nil
}

// Since returns the processes of one run: the program and its orphans, without background
// processes of earlier runs. Each orphan of this run became a child of this process, and
// is not older than the program. Of processes that started within the same tick, the
// older ones have the lower pids.
func Since(start uint64, program int) proctree.Set {
	return func(t proctree.Table) proctree.Table {
		var found proctree.Table
		for _, s := range t {
			if !ofRun(s, start, program) {
				continue
			}
			if s.Alive() {
				found = append(found, s)
			}
			found = append(found, t.Descendants(s.PID)...)
		}
		return found
	}
}

// ofRun reports whether a process is a child of this one that belongs to the run.
func ofRun(s proctree.Stat, start uint64, program int) bool {
	return s.PPID == os.Getpid() && (s.Start > start || s.Start == start && s.PID >= program)
}
