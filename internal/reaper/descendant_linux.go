package reaper

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/pkg/proctree"
)

// deepest is the largest number of ancestors that are examined. Reused pids could form a
// cycle.
const deepest = 4096

// IsDescendant reports whether a process is a descendant of this one. The error means
// that the process or one of its ancestors cannot be examined, mostly because it has
// exited.
func IsDescendant(pid int) (is bool, err error) {
	for range climbs {
		if is, err = climb(pid, os.Getpid()); err == nil {
			break
		}
	}
	return is, err
}

// climbs is how often the ancestors are examined: if one has exited meanwhile, the
// process has a new parent.
const climbs = 5

func climb(pid, to int) (bool, error) {
	for range deepest {
		if pid <= 1 {
			return false, nil
		}
		s, err := proctree.ReadStat(pid)
		if err != nil {
			return false, err
		}
		if s.PPID == to {
			return true, nil
		}
		pid = s.PPID
	}
	return false, nil
}

// RanAs reports whether a descendant of this process has this user id, or whether a child
// that has exited had it.
func (r *Reaper) RanAs(uid int) bool {
	has := func(s proctree.Stat) bool { return slices.Contains(users(s.PID), strconv.Itoa(uid)) }
	table, err := proctree.Snapshot()
	if err == nil && (slices.ContainsFunc(Descendants(table), has) || slices.ContainsFunc(zombies(table), has)) {
		return true
	}
	r.mu.Lock() // a child that is no zombie in the table, or is none any more, has been reaped
	defer r.mu.Unlock()
	return r.users[uint32(uid)]
}

// zombies returns the children of this process that have exited.
func zombies(t proctree.Table) (found proctree.Table) {
	for _, s := range t {
		if s.PPID == os.Getpid() && !s.Alive() {
			found = append(found, s)
		}
	}
	return found
}

// users returns the real, effective, saved and file system user id of a process, as in
// proc_pid_status(5).
func users(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		if ids, found := strings.CutPrefix(line, "Uid:"); found {
			return strings.Fields(ids)
		}
	}
	return nil
}
