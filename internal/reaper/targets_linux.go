package reaper

import (
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Group returns the process group of a child, as a set to end.
func (r *Reaper) Group(leader int) proctree.Targets { return group{r, leader} }

type group struct {
	reaper *Reaper
	leader int
}

// Signal reaches the whole group at once while its leader has not been reaped,
// and then the members one by one.
func (g group) Signal(sig syscall.Signal) error {
	if g.reaper.signalGroup(g.leader, unix.Signal(sig)) {
		return nil
	}
	return proctree.Set(g.members).Signal(sig)
}

// Gone needs no look at the process table when a program leaves nothing.
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

// Everything is all that this process has started and all that came of it, as a
// set to end.
func Everything() proctree.Targets { return everything{} }

type everything struct{}

func (everything) Signal(sig syscall.Signal) error { return proctree.Set(Descendants).Signal(sig) }

func (everything) Gone() (bool, error) { return Childless(), nil }

// Descendants finds what came of this process.
func Descendants(t proctree.Table) proctree.Table { return t.Descendants(os.Getpid()) }

// Left returns the living processes of one run, as [Since] finds them, from a look
// at the process table that misses none: nothing is reaped meanwhile, so whatever
// lived at its beginning descends from a child that is in the table. One of these
// that is a zombie may have had children after they were listed; then the look is
// not whole.
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

// Since is what came of one run: the program and its orphans, without what an
// earlier run has left in the background. Each orphan of this run became a
// child of this process, and is not older than the program: of those that started
// within one tick, the older ones have the lower numbers.
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

// ofRun reports whether a process is a child of this one that came of the run.
func ofRun(s proctree.Stat, start uint64, program int) bool {
	return s.PPID == os.Getpid() && (s.Start > start || s.Start == start && s.PID >= program)
}
