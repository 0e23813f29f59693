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

// Survivors are the processes that a killed instance left running.
type Survivors struct {
	// Instance is the pid of the dead instance, and the id of its session.
	Instance int
	// Processes are the living members of its session and of the sessions that it
	// had adopted, with all their descendants that started a new session; oldest
	// first.
	Processes proctree.Table
	// Proven is false if the session may be a later one with the same id: the
	// kernel has no autogroups, and no member is known to have existed during the
	// life of the instance.
	Proven bool

	path    string        // of the pid file
	led     []noted       // the lines that led to them
	main    proctree.Stat // named by a note
	adopted bool
}

// Program returns the process that was the program of the dead instance. It is
// the main process that the program named. Otherwise it is the oldest process
// that leads a process group, as each program does when it starts, in the session
// of the instance, or else in an adopted session. All other survivors were left
// in the background by a run. There may be no program.
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

// String returns the processes as text: `pid 12 (redis-server), pid 15 (sh)`.
func (s *Survivors) String() string {
	var names []string
	for _, p := range s.Processes {
		// A program may choose any name, even with newlines.
		names = append(names, printable.Sprintf("pid %d (%s)", p.PID, p.Comm))
	}
	return strings.Join(names, ", ")
}

// findSurvivors returns the processes that the dead instance pid left: the
// members of the session that it led, and the processes in its note.
//
// The kernel does not reuse the id of a session that has members. So if the
// process pid is alive, the session has ended and the pid was reused. If the
// leader has exited, the session may be a later one, which [bondTo] determines.
// After a reboot no process is left.
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
	own := noted{pid: pid}
	if beat.pid == pid {
		own.autogroup = beat.autogroup
	}
	lines := append([]noted{own}, readNote(path, ownerOf(info))...)
	table, err := tableFor(lines)
	if len(table) == 0 || err != nil {
		return nil, err
	}
	s := &Survivors{Instance: pid, path: path, Proven: true}
	var members, named proctree.Table // by a session, and by a line of their own
	for _, n := range lines {
		led, err := n.leadsTo(table, pid)
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

// bond is the relation of a session whose leader has exited to an instance.
type bond int

const (
	inDoubt    bond = iota // it may belong to the instance, or to a later process with the same pid
	ofInstance             // the instance led or adopted it
	ofAnother              // it is a later session
)

// bondTo uses the autogroup in the heartbeat or the note, which is never reused.
// If the kernel has no autogroups, members that started while the instance was
// alive prove the session. The heartbeat of an earlier instance proves an adopted
// session too, because the session existed then. Without a heartbeat only the
// timestamp of the pid file is available.
func bondTo(beat heartbeat, session noted, instance int, table, members proctree.Table, info fs.FileInfo) (bond, error) {
	proven := false
	switch sid := session.pid; {
	case !beat.ofThisBoot() || sid == instance && beat.pid != instance:
		proven = provenByStamp(members, info, time.Now())
	case sid == beat.pid && slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PID == sid && p.Start == beat.start }):
		proven = true // a zombie, which still has the pid
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

// autogroupOf returns the autogroup of the members of one session, or 0 if none
// of them shows it.
func autogroupOf(members proctree.Table) (uint64, error) {
	for _, p := range members {
		autogroup, err := proctree.Autogroup(p.PID)
		if err == nil {
			var now proctree.Stat
			now, err = proctree.ReadStat(p.PID)
			if now.Start != p.Start {
				continue // the pid was reused in the meantime
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

// stampSlack is how much later than the last touch of the file a process may have
// started to count as existing at that time: start times are rounded, and an
// instance may be killed between the touch and the start.
const stampSlack = 2 * time.Second

// provenByStamp judges the session of an instance without a heartbeat
// (simplevisor-loop or an earlier version) by the last touch of its file. It
// trusts a timestamp that the kernel has set, as shown by the time of the last
// change of the inode, and that is not in the future.
func provenByStamp(members proctree.Table, info fs.FileInfo, now time.Time) bool {
	touched, changed := info.ModTime(), changeTime(info)
	// simplevisor-loop writes whole seconds.
	if touched.After(now) || changed.Sub(touched) >= stampSlack || touched.After(changed) {
		return false
	}
	known := touched.Add(stampSlack)
	return slices.ContainsFunc(members, func(p proctree.Stat) bool { return !p.StartTime().After(known) })
}

// notEnded returns the error for survivors that were found, or could not be
// searched for.
func notEnded(pid int, err error) error {
	if errors.Is(err, ErrUntrusted) {
		return fmt.Errorf("cannot terminate the processes of instance %d: %w", pid, err)
	}
	return err
}

// leadsTo returns the living processes of a line of a note. A session whose leader is
// alive is that of the line only if it has the same autogroup. That of the instance has
// no living leader.
func (n noted) leadsTo(t proctree.Table, instance int) (proctree.Table, error) {
	if n.start > 0 {
		return proctree.Listed(proctree.Table{{PID: n.pid, Start: n.start}})(t), nil
	}
	members := t.InSession(n.pid)
	if has, err := hasLeader(t, n.pid); !has || err != nil {
		return members, err
	}
	autogroup, err := autogroupOf(members)
	if n.pid == instance || autogroup == 0 || autogroup != n.autogroup {
		return nil, err
	}
	return members, nil
}

func hasLeader(table proctree.Table, sid int) (bool, error) {
	if !slices.ContainsFunc(table, func(p proctree.Stat) bool { return p.PID == sid && p.Alive() }) {
		return false, nil
	}
	dying, err := proctree.Dying(sid)
	return !dying, err
}

// ErrUntrusted is wrapped if a file names processes that its owner, or another
// user who may write to it, may not signal.
var ErrUntrusted = errors.New("the pid file cannot be trusted")

// mayBelieve checks that every user who may write the file may also signal the
// processes that it names: the file belongs to root or to the owner of each
// process, and no other user may write to it.
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
