package selftest

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Kin are the processes that the commands of a service leave in the background.
// This process is a child subreaper: whoever loses its parent becomes its child,
// and nobody else does. So it is certain which processes came of the service,
// and which just began at the same time.
//
//	this process ─┬─ that which runs a command, in our process group
//	              └─ orphans in groups of their own, with their descendants: kin
type Kin struct {
	self, group int
	stop        func()
}

// NewKin begins to adopt orphans, and to wait for those that end: a zombie would
// be taken for alive by many a script.
func NewKin() (*Kin, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("cannot become the reaper of orphans: %w", err)
	}
	k := &Kin{self: os.Getpid(), group: unix.Getpgrp()}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGCHLD)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range signals {
			_, _ = k.reap() // the next child or the end of a command looks again
		}
	}()
	k.stop = func() {
		signal.Stop(signals)
		close(signals)
		<-done
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
	}
	return k, nil
}

// Close ends the adoption, not the kin.
func (k *Kin) Close() {
	if k != nil {
		k.stop()
	}
}

// reap waits for the orphans that have ended, and reports whether there were
// any. Other children are those of package os/exec, in our own group.
func (k *Kin) reap() (found bool, err error) {
	table, err := proctree.Snapshot()
	if err != nil {
		return false, err
	}
	for _, p := range table {
		if k.adopted(p) && !p.Alive() {
			found = true
			_, _ = unix.Wait4(p.PID, nil, unix.WNOHANG, nil) // nothing is to be known of it
		}
	}
	return found, nil
}

func (k *Kin) adopted(p proctree.Stat) bool { return p.PPID == k.self && p.PGID != k.group }
