package supervisor

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// orphans reaps the children that no part of this program waits for: daemons that
// services have started, and the processes that commands have left. They become
// children of the supervisor, which is a child subreaper.
//
// The other packages wait for their own children at once. So a child that is a zombie at
// two looks with the interval lingering is an orphan.
type orphans struct {
	zombies map[int]bool // at the last look
	due     time.Time    // when to look next; zero: when a child exits
}

// lingering is the time between two looks.
const lingering = time.Second

// exited notes that a child has exited.
func (o *orphans) exited(now time.Time) {
	if o.due.IsZero() {
		o.due = now.Add(lingering)
	}
}

// look reaps the zombies of the last look if it is time.
func (o *orphans) look(now time.Time) {
	if o.due.IsZero() || now.Before(o.due) {
		return
	}
	o.due = time.Time{}
	before := o.zombies
	o.zombies = make(map[int]bool)
	for _, pid := range children() {
		switch {
		case !exitedChild(unix.P_PID, pid):
		case before[pid]:
			reapChild(unix.P_PID, pid)
		default:
			o.zombies[pid] = true
			o.due = now.Add(lingering)
		}
	}
}

// children returns the children of this process, each of which is in the list of one of
// its threads (proc_pid_task_children(5)).
func children() (pids []int) {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for word := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(word); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
