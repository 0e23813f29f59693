//go:build linux

package pidfile

import (
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// Targets returns the survivors, and the processes that they have started since, for
// [proctree.Stop].
//
// The set has a memory: a descendant that started a new session belongs to it
// even after its parent has exited. A session belongs to the set if one of its
// members existed at the last check. If that was long ago, the id of an empty
// session may have been reused.
func (s *Survivors) Targets() proctree.Targets {
	return &targets{known: s.Processes, looked: time.Now()}
}

type targets struct {
	known  proctree.Table // at the last check
	looked time.Time
}

// Signal implements [proctree.Targets].
func (t *targets) Signal(sig syscall.Signal) error {
	if err := t.look(); err != nil {
		return err
	}
	return t.known.Signal(sig)
}

// Gone implements [proctree.Targets].
func (t *targets) Gone() (bool, error) {
	err := t.look()
	return err == nil && len(t.known) == 0, err
}

// look finds the processes of the set that live now.
func (t *targets) look() error {
	table, err := tableOf(t.known)
	if err != nil {
		return err
	}
	alive := proctree.Listed(t.known)(table)
	if len(alive) == 0 && time.Since(t.looked) < goneFor {
		// If the processes fork quickly, all may have changed since the last
		// check.
		alive = leaderless(table, t.known)
	}
	t.known, t.looked = withKin(table, alive), time.Now()
	return nil
}

// goneFor is a time within which the kernel does not reuse the id of a session
// that has become empty for a new session whose leader has exited.
const goneFor = time.Second

// leaderless returns the members of the sessions of known processes, without
// sessions whose leader is alive: those belong to others.
func leaderless(t proctree.Table, known proctree.Table) (found proctree.Table) {
	for _, sid := range sessionsOf(known) {
		// After an error, keep the session, so that the set does not seem empty.
		if has, err := hasLeader(t, sid); !has || err != nil {
			found = append(found, t.InSession(sid)...)
		}
	}
	return found
}

// withKin adds to processes the other members of their sessions, and the
// descendants of all, but not this process, which may be a descendant.
func withKin(t proctree.Table, processes proctree.Table) proctree.Table {
	var found proctree.Table
	seen := map[int]bool{os.Getpid(): true}
	add := func(more proctree.Table) {
		for _, p := range more {
			if !seen[p.PID] {
				seen[p.PID] = true
				found = append(found, p)
			}
		}
	}
	add(processes)
	own := ownSession() // no instance has left processes in it
	for _, sid := range sessionsOf(processes) {
		if sid != own {
			add(t.InSession(sid))
		}
	}
	for i := 0; i < len(found); i++ {
		add(t.Descendants(found[i].PID))
	}
	return found
}

func sessionsOf(t proctree.Table) (sessions []int) {
	for _, p := range t {
		if !slices.Contains(sessions, p.Session) {
			sessions = append(sessions, p.Session)
		}
	}
	return sessions
}

// tableFor returns what [findSurvivors] needs of the process table. It is empty if no line
// leads to a living process, which is usual.
func tableFor(lines []noted) (proctree.Table, error) {
	var sessions []int
	for _, n := range lines {
		if n.start == 0 {
			sessions = append(sessions, n.pid)
		} else if !n.hasEnded() {
			return proctree.Snapshot()
		}
	}
	return around(sessions)
}

// tableOf returns what [targets] needs of the process table. It is empty if none of the
// processes is alive, nor another member of their sessions.
func tableOf(known proctree.Table) (proctree.Table, error) {
	for _, p := range known {
		if now, err := proctree.ReadStat(p.PID); err == nil && now.Start == p.Start && now.Session != p.Session {
			return proctree.Snapshot() // it started a session of its own
		}
	}
	return around(sessionsOf(known))
}

// around returns the living members of sessions. If one of them has a child, around returns
// the whole process table, because descendants may be in any session. Otherwise the rest of
// the table does not matter, and reading it takes ten times as long. That counts when many
// instances are killed at once.
func around(sessions []int) (proctree.Table, error) {
	members, err := proctree.Members(sessions...)
	if len(members) == 0 || err != nil {
		return nil, err
	}
	for _, p := range members {
		if !proctree.Childless(p.PID) {
			return proctree.Snapshot()
		}
	}
	for _, id := range sessions { // a leader that is a zombie proves whose session it is
		if leader, err := proctree.ReadStat(id); err == nil && !leader.Alive() {
			members = append(members, leader)
		}
	}
	return members, nil
}
