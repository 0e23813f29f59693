package selftest

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Orphans are the processes that the commands of a service left in the
// background, with their descendants. This process is a child subreaper, so an
// orphan becomes its child. Therefore it is certain that they are processes of
// the service, and not others that started at the same time.
//
//	this process ─┬─ a command and its children, in our process group
//	              └─ orphans in process groups of their own, with descendants
type Orphans struct {
	self, group int
	stop        func()
}

// AdoptOrphans makes this process a child subreaper and starts to reap orphans,
// because many scripts would take a zombie for a running process.
func AdoptOrphans() (*Orphans, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("cannot become the reaper of orphans: %w", err)
	}
	o := &Orphans{self: os.Getpid(), group: unix.Getpgrp()}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGCHLD)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range signals {
			_, _ = o.reap() // the next SIGCHLD, or the next call, retries
		}
	}()
	o.stop = func() {
		signal.Stop(signals)
		close(signals)
		<-done
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
	}
	return o, nil
}

// Close stops adopting orphans. It does not terminate them.
func (o *Orphans) Close() {
	if o != nil {
		o.stop()
	}
}

// reap reaps the orphans that have exited, and reports whether there were any.
// It leaves the children of package os/exec alone, which are in our process
// group.
func (o *Orphans) reap() (found bool, err error) {
	table, err := proctree.Snapshot()
	if err != nil {
		return false, err
	}
	for _, p := range table {
		if o.adopted(p) && !p.Alive() {
			found = true
			_, _ = unix.Wait4(p.PID, nil, unix.WNOHANG, nil) // the exit status does not matter
		}
	}
	return found, nil
}

func (o *Orphans) adopted(p proctree.Stat) bool { return p.PPID == o.self && p.PGID != o.group }
