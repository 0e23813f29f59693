package reaper

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/svloop/svloop/pkg/proctree"
)

// deepest is how many ancestors of a process are looked at. Numbers that are
// reused meanwhile could make a circle.
const deepest = 4096

// IsDescendant reports whether a process descends from this one. The error says
// that the process, or one of those between, cannot be looked at; mostly it has
// exited.
func IsDescendant(pid int) (is bool, err error) {
	for range climbs {
		if is, err = climb(pid, os.Getpid()); err == nil {
			break
		}
	}
	return is, err
}

// climbs is how often the tree is climbed: if an ancestor has exited meanwhile,
// the process has another parent.
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

// RunsAs reports whether a living descendant of this process has a user id, real
// or effective.
func RunsAs(uid int) bool {
	table, err := proctree.Snapshot()
	return err == nil && slices.ContainsFunc(Descendants(table), func(s proctree.Stat) bool {
		return slices.Contains(users(s.PID), strconv.Itoa(uid))
	})
}

// users returns the real and the effective user id of a process, and the saved
// one and that for files, as in proc_pid_status(5).
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
