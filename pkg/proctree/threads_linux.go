package proctree

import "errors"

// throughThread returns the line of a process whose main thread has exited, with the state,
// the flags and the memory of a living thread. It returns the line unchanged if there is
// none: the process is exiting, but some of its threads may still have its files open.
func (s Stat) throughThread(pid string, buf []byte) (Stat, error) {
	threads, err := numbers("/proc/" + pid + "/task")
	if err = lookError("read", pid, "task", err); err != nil && !errors.Is(err, ErrGone) {
		return s, err
	}
	for _, thread := range threads {
		t, err := readLivingThread(pid, thread, buf)
		switch {
		case err == nil:
			s.State, s.Flags, s.Resident, s.thread = t.State, t.Flags, t.Resident, thread
			return s, nil
		case !errors.Is(err, ErrGone):
			return s, err
		}
	}
	return s, nil
}

// readLivingThread returns the line of a thread, and [ErrGone] if it has exited, is exiting
// or has a pending KILL: exit_group(2) sends KILL to all other threads.
func readLivingThread(pid, thread string, buf []byte) (Stat, error) {
	dying, err := killPending(pid, "task/"+thread+"/status")
	if err != nil {
		return Stat{}, err
	}
	// A KILL is not pending any more some microseconds before the thread is exiting.
	t, err := readLine(pid, "task/"+thread+"/stat", buf)
	if err == nil && (dying || t.Exiting()) {
		err = ErrGone
	}
	return t, err
}
