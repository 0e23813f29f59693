// Package resources sums up the processor time and the memory of process trees. One
// reading of the process table serves any number of trees.
package resources

import (
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// Usage is what the processes of a tree use.
type Usage struct {
	Started   time.Time // of the first root
	Processes int
	CPU       float64 // percent of one processor
	Memory    uint64  // resident bytes; memory that processes share counts for each of them
}

// Reading is the process table at a time, and the one before it.
type Reading struct {
	at       time.Time
	boot     time.Time
	stats    map[int]proctree.Stat
	children map[int][]int
	before   *Reading // nil: this is the first one
}

// Next reads the process table. The processor time of its trees is that since the reading
// before. Without one, it is the average since the start of each process, as in the first
// table of top(1).
func Next(before *Reading) (*Reading, error) {
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, err
	}
	return following(before, table, time.Now(), proctree.BootTime()), nil
}

func following(before *Reading, table proctree.Table, at, boot time.Time) *Reading {
	r := &Reading{at: at, boot: boot, before: before, stats: make(map[int]proctree.Stat, len(table)), children: make(map[int][]int)}
	if before != nil {
		before.before = nil // only the last one is needed
	}
	for _, s := range table {
		if s.Alive() {
			r.stats[s.PID] = s
			r.children[s.PPID] = append(r.children[s.PPID], s.PID)
		}
	}
	return r
}

// Tree returns the usage of some processes and their descendants. The orphans of a
// supervisor's program are children of the supervisor: they belong to the tree, and the
// supervisor itself does not; 0: there is none. It returns false if none of the processes
// exists.
func (r *Reading) Tree(roots []int, supervisor int) (Usage, bool) {
	next := roots
	if supervisor > 0 {
		next = append(append([]int(nil), roots...), r.children[supervisor]...)
	}
	var u Usage
	seen := make(map[int]bool)
	for len(next) > 0 {
		pid := next[0]
		next = next[1:]
		s, alive := r.stats[pid]
		if !alive || seen[pid] || pid == supervisor {
			continue
		}
		if seen[pid] = true; u.Started.IsZero() {
			u.Started = r.boot.Add(time.Duration(s.Start) * tick)
		}
		u.Processes++
		u.CPU += r.cpu(s)
		u.Memory += s.ResidentBytes()
		next = append(next[:len(next):len(next)], r.children[pid]...)
	}
	return u, u.Processes > 0
}

// tick is the unit of [proctree.Stat.Start].
const tick = 10 * time.Millisecond

// cpu returns the share of one processor, in percent.
func (r *Reading) cpu(s proctree.Stat) float64 {
	used, during := s.ProcessorTime(), r.at.Sub(r.boot.Add(time.Duration(s.Start)*tick))
	if r.before != nil {
		during = r.at.Sub(r.before.at)
		if old, known := r.before.stats[s.PID]; known && old.Start == s.Start {
			used -= old.ProcessorTime()
		}
		// Otherwise the process has started since then.
	}
	if used <= 0 || during <= 0 {
		return 0
	}
	return 100 * used.Seconds() / during.Seconds()
}
