// Package matching reads the process table once, with the command lines of all
// programs, for the search for services.
package matching

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"

	"github.com/shirou/gopsutil/v3/common"
	"github.com/shirou/gopsutil/v3/process"

	"github.com/svloop/svloop/internal/relay"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/proctree"
)

// Process is a running program.
type Process struct {
	PID  int
	Args []string

	contained func() (bool, error) // proctree.Contained, called once; nil: false
}

// Table contains all processes but those that are never a service: this
// process, its ancestors, the helpers of package runner, kernel threads and
// zombies. Processes of containers are in the table, but [Table.Find] skips
// them.
type Table []Process

// hostProc makes gopsutil read /proc even if the environment variable HOST_PROC
// names another directory.
var hostProc = context.WithValue(context.Background(), common.EnvKey, common.EnvMap{common.HostProcEnvKey: "/proc"})

// Read reads the process table.
func Read() (Table, error) {
	pids, err := process.PidsWithContext(hostProc)
	if err != nil {
		return nil, err
	}
	skip, err := lineage(os.Getpid())
	if err != nil {
		return nil, err
	}
	table := make(Table, 0, len(pids))
	var reader proctree.ArgsReader
	for _, pid := range pids {
		if slices.Contains(skip, int(pid)) {
			continue
		}
		args, err := reader.Args(int(pid))
		switch {
		case unseen(err):
		case err != nil:
			return nil, fmt.Errorf("cannot read the process table: %w", err)
		case runner.IsRole(args), relay.IsRole(args):
		case len(args) > 0: // kernel threads and zombies have no arguments
			contained := sync.OnceValues(func() (bool, error) { return proctree.Contained(int(pid)) })
			table = append(table, Process{int(pid), args, contained})
		}
	}
	return table, nil
}

// unseen reports whether a process has exited, or belongs to another user and
// is hidden (hidepid of /proc). After any other error it is unknown whether the
// process is a service.
func unseen(err error) bool {
	return errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden)
}

// lineage returns a process and all its visible ancestors.
func lineage(pid int) ([]int, error) {
	var pids []int
	for pid > 0 && !slices.Contains(pids, pid) {
		pids = append(pids, pid)
		s, err := proctree.ReadStat(pid)
		if unseen(err) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the process table: %w", err)
		}
		pid = s.PPID
	}
	return pids, nil
}

// Matcher reports whether the arguments are those of a program that is
// searched.
type Matcher func(args []string) (bool, error)

// Find returns the processes that match, and the first error of the matcher. It
// skips processes of containers, which have another PID namespace.
func (t Table) Find(match Matcher) (Table, error) {
	var found Table
	for _, p := range t {
		ok, err := p.matches(match)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, p)
		}
	}
	return found, nil
}

// matches checks the namespace only after the arguments match, because that
// costs another read of /proc.
func (p Process) matches(match Matcher) (bool, error) {
	ok, err := match(p.Args)
	if !ok || err != nil || p.contained == nil {
		return ok, err
	}
	contained, err := p.contained()
	if unseen(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot read the process table: %w", err)
	}
	return !contained, nil
}

// Matching is a [proctree.Targets]: all processes that match at the moment. A
// signalled process stays in it until it has exited, because a process loses
// its arguments before it closes its files.
type Matching struct {
	match     Matcher
	signalled map[int]uint64 // start times by pid
}

// NewMatching returns the set of the processes that match.
func NewMatching(match Matcher) *Matching { return &Matching{match, make(map[int]uint64)} }

// Signal signals each process through a handle (a pidfd). Before that it checks
// that the process of the handle still matches.
func (m *Matching) Signal(sig syscall.Signal) error {
	table, err := Read()
	if err != nil {
		return err
	}
	found, err := table.Find(m.match)
	if err != nil {
		return err
	}
	for _, p := range found {
		e := m.signal(p.PID, sig)
		if e != nil && !errors.Is(e, proctree.ErrGone) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func (m *Matching) signal(pid int, sig syscall.Signal) error {
	h, err := open(pid, m.match)
	if h == nil || err != nil {
		return err
	}
	defer h.Close()
	m.signalled[pid] = h.Start
	return h.Signal(sig)
}

// open returns a handle for a process that matches, or nil if it has exited or does not
// match any more.
func open(pid int, match Matcher) (*proctree.Handle, error) {
	h, err := proctree.Open(pid)
	if errors.Is(err, proctree.ErrGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	args, err := proctree.Args(pid)
	contained, e := proctree.Contained(pid)
	ok := false
	switch err = cmp.Or(err, e); {
	case h.Exited(): // the pid may have been reused since it was read
		err = nil
	case err == nil && len(args) > 0 && !contained:
		ok, err = match(args)
	}
	if !ok || err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Gone reports whether no process matches and all signalled processes have
// exited.
func (m *Matching) Gone() (bool, error) {
	table, err := Read()
	if err != nil {
		return false, err
	}
	found, err := table.Find(m.match)
	if err != nil || len(found) > 0 {
		return false, err
	}
	for pid, start := range m.signalled {
		s, err := proctree.ReadStat(pid)
		if err != nil && !errors.Is(err, proctree.ErrGone) {
			return false, err
		}
		if err == nil && s.Start == start && s.Alive() {
			return false, nil
		}
	}
	return true, nil
}
