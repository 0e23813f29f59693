package proctree

import (
	"errors"
	"syscall"
)

// Set is a set of [Targets]: a function that selects them from a new process
// table each time, such as a session, the descendants of a process, or a list.
type Set func(Table) Table

// Signal sends a signal to every member through a handle, after it has checked
// that the handle refers to the selected process. Members that exit in the
// meantime are skipped. It tries all members and returns the first failure.
func (find Set) Signal(sig syscall.Signal) error {
	table, err := Snapshot()
	if err != nil {
		return err
	}
	return find(table).Signal(sig)
}

// Signal sends a signal to the processes of the table in the same way.
func (t Table) Signal(sig syscall.Signal) (err error) {
	for _, s := range t {
		if e := SignalSame(s, sig); e != nil && !errors.Is(e, ErrGone) && err == nil {
			err = e
		}
	}
	return err
}

// Gone reports whether no member is in the table any more.
func (find Set) Gone() (bool, error) {
	table, err := Snapshot()
	if err != nil {
		return false, err
	}
	return len(find(table)) == 0, nil
}

// SignalSame signals the process that was read as s. If its pid has been reused,
// it returns [ErrGone] and sends nothing.
func SignalSame(s Stat, sig syscall.Signal) error {
	h, err := Open(s.PID)
	if err != nil {
		return err
	}
	defer h.Close()
	if h.Start != s.Start {
		return ErrGone
	}
	return h.Signal(sig)
}

// Listed is the set of the processes in list that are still alive.
func Listed(list Table) Set {
	start := make(map[int]uint64, len(list))
	for _, s := range list {
		start[s.PID] = s.Start
	}
	return func(t Table) Table {
		return t.filter(func(s Stat) bool {
			known, ok := start[s.PID]
			return ok && known == s.Start && s.Alive()
		})
	}
}
