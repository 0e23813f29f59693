package daemonize

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// leftTime is how long killed processes may take to disappear.
const leftTime = 5 * time.Second

// adoptOrphans makes this process the parent of the processes that a dead daemon
// leaves.
func adoptOrphans() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// awaitDeath waits until the process exits, and leaves it a zombie: until it is
// reaped, its pid cannot be reused for a process or a session.
func awaitDeath(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// endLeft terminates the processes of a dead daemon, which is still a zombie: by
// the schedule, or by KILL if there is none.
func (d *Daemon) endLeft() error {
	dead, err := proctree.ReadStat(d.PID())
	if err != nil {
		return fmt.Errorf("cannot find the processes that it started: %w", err)
	}
	schedule := d.schedule
	if schedule == nil || d.killed.Load() {
		schedule = proctree.Schedule{{Signal: syscall.SIGKILL}}
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), schedule.Total()+leftTime, proctree.ErrStillAlive)
	defer cancel()
	if err := proctree.Stop(ctx, leftBy(dead, d.alone), schedule, nil); err != nil {
		return fmt.Errorf("cannot terminate the processes that it started: %w", err)
	}
	return nil
}

// leftBy returns the processes that a daemon left: those of its session, those in
// newer sessions that have become children of this process, and the descendants
// of all these. Earlier children of this process, and processes that they leave
// in its own session, are not included. Of a process with several daemons, any of
// them may have left such a child: then only its session belongs to a daemon.
func leftBy(daemon proctree.Stat, alone bool) proctree.Set {
	self := os.Getpid()
	return func(t proctree.Table) proctree.Table {
		var own int
		for _, s := range t {
			if s.PID == self {
				own = s.Session
			}
		}
		var found proctree.Table
		seen := map[int]bool{self: true, daemon.PID: true}
		add := func(s proctree.Stat) {
			if !seen[s.PID] && s.Alive() {
				seen[s.PID] = true
				found = append(found, s)
			}
		}
		for _, s := range t {
			orphan := alone && s.PPID == self && s.Session != own && !olderSession(t, s, daemon)
			if s.Session == daemon.PID || orphan {
				add(s)
			}
		}
		for i := 0; i < len(found); i++ {
			for _, s := range t.Descendants(found[i].PID) {
				add(s)
			}
		}
		return found
	}
}

// olderSession reports whether the session of a process existed before the
// daemon: its leader, or without a leader the process itself, is older. Of
// processes that started within one clock tick, the older ones have the lower
// pids.
func olderSession(t proctree.Table, s, daemon proctree.Stat) bool {
	first := s
	for _, leader := range t {
		if leader.PID == s.Session {
			first = leader
		}
	}
	return first.Start < daemon.Start || first.Start == daemon.Start && first.PID < daemon.PID
}
