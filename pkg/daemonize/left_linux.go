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

// leftTime is how long killed processes have to vanish.
const leftTime = 5 * time.Second

// adoptOrphans makes this process the parent of what a daemon leaves that dies.
func adoptOrphans() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// awaitDeath returns when the process has ended, and leaves it a zombie: until
// it is reaped no other process and no other session can get its number.
func awaitDeath(pid int) {
	for unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
}

// endLeft ends what a dead daemon, still a zombie, has started: by the schedule,
// or by KILL when there is none.
func (d *Daemon) endLeft() error {
	dead, err := proctree.ReadStat(d.PID())
	if err != nil {
		return fmt.Errorf("cannot find what it has started: %w", err)
	}
	schedule := d.schedule
	if schedule == nil {
		schedule = proctree.Schedule{{Signal: syscall.SIGKILL}}
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), schedule.Total()+leftTime, proctree.ErrStillAlive)
	defer cancel()
	if err := proctree.Stop(ctx, leftBy(dead), schedule, nil); err != nil {
		return fmt.Errorf("cannot end what it has started: %w", err)
	}
	return nil
}

// leftBy are the processes that a daemon has left: those of its session, those
// in newer sessions that have become children of this process, and the
// descendants of all of these. Children that this process had before, and what
// they leave in its own session, are none of them.
func leftBy(daemon proctree.Stat) proctree.Set {
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
			orphan := s.PPID == self && s.Session != own && !olderSession(t, s, daemon)
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

// olderSession reports whether the session of a process was there before the
// daemon: its leader, or without one the process itself, is older. Of those that
// started within one tick, the older ones have the lower numbers.
func olderSession(t proctree.Table, s, daemon proctree.Stat) bool {
	first := s
	for _, leader := range t {
		if leader.PID == s.Session {
			first = leader
		}
	}
	return first.Start < daemon.Start || first.Start == daemon.Start && first.PID < daemon.PID
}
