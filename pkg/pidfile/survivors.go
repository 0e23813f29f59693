//go:build linux

package pidfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// Survivors are the processes that an instance left behind when it was killed.
type Survivors struct {
	// Instance is the pid of the dead instance, and of its session.
	Instance int
	// Processes are the living members of its session, and of the sessions of
	// what it had adopted itself, with the descendants of all these in sessions
	// of their own; the oldest first.
	Processes proctree.Table
	// Proven is false when the session may be a later one with the same number:
	// the kernel has no autogroups, and none of the members was there when the
	// instance was alive last.
	Proven bool

	path    string        // of the pid file
	led     []noted       // what has led to them
	main    proctree.Stat // that a note names
	adopted bool
}

// Program returns the process that was the program of the dead instance: the one
// that the program has named itself, else the oldest that leads a process group,
// as each program does when it starts, in the session of the instance or, when
// that had adopted its own, in another. All others are what a run has left in the
// background, in a group whose leader has ended; there may be nothing else.
func (s *Survivors) Program() (program proctree.Stat, found bool) {
	if s.main.PID != 0 {
		return s.main, true
	}
	for _, like := range []func(proctree.Stat) bool{
		func(p proctree.Stat) bool { return p.PGID == p.PID && p.Session == s.Instance },
		func(p proctree.Stat) bool { return p.PGID == p.PID && p.Session != p.PID },
	} {
		if i := slices.IndexFunc(s.Processes, like); i >= 0 {
			return s.Processes[i], true
		}
	}
	return program, false
}

// Targets returns the survivors, and what they have started since, as a set
// to end.
//
// The set remembers: a descendant in a session of its own belongs to it after
// its parent has ended too. And a session is believed as long as somebody in it
// was there at the last look: when that was long ago, an empty one may have
// been given to others since.
func (s *Survivors) Targets() proctree.Set {
	known, looked := s.Processes, time.Now()
	return func(t proctree.Table) proctree.Table {
		alive := proctree.Listed(known)(t)
		if len(alive) == 0 && time.Since(looked) < goneFor {
			// Between two looks at a storm all may have changed.
			alive = leaderless(t, known)
		}
		known, looked = withKin(t, alive), time.Now()
		return known
	}
}

// goneFor is in how short a time the kernel gives no number away again, after a
// session has become empty, to somebody who makes a session of it and ends.
const goneFor = time.Second

// leaderless are the members of the sessions that known processes were in,
// without those in which the leader lives: these are somebody else's.
func leaderless(t proctree.Table, known proctree.Table) (found proctree.Table) {
	for _, sid := range sessionsOf(known) {
		// A look that fails must not make the set seem empty.
		if has, err := hasLeader(t, sid); !has || err != nil {
			found = append(found, t.InSession(sid)...)
		}
	}
	return found
}

// withKin adds to processes the other members of their sessions, and the
// descendants of all, but for this process, which one of them may have started.
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
	own := ownSession() // in which no instance has left anything
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

// String names the processes: `pid 12 (redis-server), pid 15 (sh)`.
func (s *Survivors) String() string {
	var names []string
	for _, p := range s.Processes {
		// A program may give itself any name, with line ends too.
		names = append(names, printable.Sprintf("pid %d (%s)", p.PID, p.Comm))
	}
	return strings.Join(names, ", ")
}

// findSurvivors looks for what the dead instance pid has left: the members of
// the session that it led, and what its note names.
//
// The kernel gives a number to no process while a session of that number has
// members, so a living process pid means that the session ended and the number was
// reused. A leader that has exited may be that of a later session, which
// [bondTo] decides. After a reboot nothing is left.
func findSurvivors(f *os.File, path string, pid int) (*Survivors, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	beat, err := readHeartbeat(path, ownerOf(info))
	if err != nil {
		return nil, err
	}
	if beat.pid == pid && !beat.ofThisBoot() {
		return nil, nil
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, err
	}
	s := &Survivors{Instance: pid, path: path, Proven: true}
	var members, named proctree.Table // of sessions, and by themselves
	own := noted{pid: pid}
	if beat.pid == pid {
		own.autogroup = beat.autogroup
	}
	for _, n := range append([]noted{own}, readNote(path, ownerOf(info))...) {
		led, err := n.leadsTo(table)
		if err != nil {
			return nil, err
		}
		if len(led) == 0 {
			continue
		}
		if n.start > 0 {
			s.led = append(s.led, n)
			named, s.main = append(named, led...), led[0]
			continue
		}
		bond, err := bondTo(beat, n, pid, table, led, info)
		if err != nil {
			return nil, err
		}
		if bond == ofAnother {
			continue
		}
		s.led = append(s.led, n)
		members = append(members, led...)
		s.Proven = s.Proven && bond == ofInstance
	}
	members = withKin(table, members)
	s.Processes = withKin(table, append(members, named...))
	if len(s.Processes) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(s.Processes, func(a, b proctree.Stat) int { return cmp.Compare(a.Start, b.Start) })
	return s, mayBelieve(info, s.Processes)
}

// bond is what a session whose leader has exited has to do with an instance.
type bond int

const (
	inDoubt    bond = iota // it may be the instance's, or that of a later process with the number
	ofInstance             // the instance led it, or had adopted it
	ofAnother              // it is a later one
)

// bondTo decides by what no process can be given a second time: the autogroup that
// the heartbeat or the note has. A kernel may have none. Then members that started
// while the instance lived prove the session; the heartbeat of an earlier instance
// proves one that was adopted, because it saw it too. Without a heartbeat there is
// only the time stamp of the pid file.
func bondTo(beat heartbeat, session noted, instance int, table, members proctree.Table, info fs.FileInfo) (bond, error) {
	proven := false
	switch sid := session.pid; {
	case !beat.ofThisBoot() || sid == instance && beat.pid != instance:
		proven = provenByStamp(members, info, time.Now())
	case sid == beat.pid && slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PID == sid && p.Start == beat.start }):
		proven = true // a zombie, which still has the number
	default:
		autogroup, err := autogroupOf(members)
		switch {
		case err != nil:
			return inDoubt, err
		case autogroup != 0 && session.autogroup != 0 && autogroup != session.autogroup:
			return ofAnother, nil
		}
		proven = autogroup != 0 && autogroup == session.autogroup ||
			slices.ContainsFunc(members, func(p proctree.Stat) bool { return beat.saw(p.Start) })
	}
	if proven {
		return ofInstance, nil
	}
	return inDoubt, nil
}

// autogroupOf returns the autogroup of the members of one session, 0 if none of them
// shows it.
func autogroupOf(members proctree.Table) (uint64, error) {
	for _, p := range members {
		autogroup, err := proctree.Autogroup(p.PID)
		if err == nil {
			var now proctree.Stat
			now, err = proctree.ReadStat(p.PID)
			if now.Start != p.Start {
				continue // the number was reused meanwhile
			}
		}
		if errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden) {
			continue
		}
		if autogroup != 0 || err != nil {
			return autogroup, err
		}
	}
	return 0, nil
}

// stampSlack is how much later than the last touch of the file a process may seem
// to have started and still count as there by then: start times are rounded, and an
// instance may be killed between the touch and the start.
const stampSlack = 2 * time.Second

// provenByStamp judges the session of an instance without a heartbeat, one of
// simplevisor-loop or of an earlier version, by the last touch of its file. It
// believes a time stamp that the kernel has set, as the time of the last change of
// the inode shows, and that does not lie in the future.
func provenByStamp(members proctree.Table, info fs.FileInfo, now time.Time) bool {
	touched, changed := info.ModTime(), changeTime(info)
	// simplevisor-loop writes whole seconds.
	if touched.After(now) || changed.Sub(touched) >= stampSlack || touched.After(changed) {
		return false
	}
	known := touched.Add(stampSlack)
	return slices.ContainsFunc(members, func(p proctree.Stat) bool { return !p.StartTime().After(known) })
}

// notEnded is the message for survivors that were found, or not even looked for.
func notEnded(pid int, err error) error {
	if errors.Is(err, ErrUntrusted) {
		return fmt.Errorf("cannot terminate the processes of instance %d: %w", pid, err)
	}
	return err
}

// leadsTo are the living processes that a line of a note stands for.
func (n noted) leadsTo(t proctree.Table) (proctree.Table, error) {
	if n.start > 0 {
		return proctree.Listed(proctree.Table{{PID: n.pid, Start: n.start}})(t), nil
	}
	if has, err := hasLeader(t, n.pid); has || err != nil {
		return nil, err
	}
	return t.InSession(n.pid), nil
}

func hasLeader(table proctree.Table, sid int) (bool, error) {
	if !slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PID == sid && p.Alive() }) {
		return false, nil
	}
	dying, err := proctree.Dying(sid)
	return !dying, err
}

// ErrUntrusted is wrapped when a file names processes that its owner, or
// whoever may write to it, could not have signalled.
var ErrUntrusted = errors.New("the pid file cannot be trusted")

// mayBelieve checks that whoever could have written the file could have
// signalled the processes that it names: it belongs to root or to the owner of
// each of them, and nobody else may write to it.
func mayBelieve(info fs.FileInfo, processes proctree.Table) error {
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: others may write to it (mode %04o)", ErrUntrusted, info.Mode().Perm())
	}
	owner := ownerOf(info)
	if owner == 0 {
		return nil
	}
	for _, p := range processes {
		uid, saved, err := proctree.Users(p.PID)
		if errors.Is(err, proctree.ErrGone) || errors.Is(err, proctree.ErrHidden) {
			continue
		}
		if err != nil {
			return err
		}
		if uid != owner && saved != owner {
			return fmt.Errorf("%w: it belongs to user %d and process %d to user %d",
				ErrUntrusted, owner, p.PID, uid)
		}
	}
	return nil
}
