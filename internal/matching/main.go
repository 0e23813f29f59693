package matching

import (
	"fmt"

	"github.com/svloop/svloop/pkg/proctree"
)

// Mains returns the main processes among those that were found: the ones without an
// ancestor that was found too. The workers of a program often have the same arguments.
func (t Table) Mains() (Table, error) {
	if len(t) < 2 {
		return t, nil
	}
	snapshot, err := proctree.Snapshot()
	if err != nil {
		return nil, fmt.Errorf("cannot read the process table: %w", err)
	}
	worker := make(map[int]bool)
	for _, p := range t {
		for _, d := range snapshot.Descendants(p.PID) {
			worker[d.PID] = true
		}
	}
	var mains Table
	for _, p := range t {
		if !worker[p.PID] {
			mains = append(mains, p)
		}
	}
	return mains, nil
}

// OpenMains returns handles for the main processes that match. A process that exits in
// the meantime is skipped.
func OpenMains(match Matcher) ([]*proctree.Handle, error) {
	table, err := Read()
	if err != nil {
		return nil, err
	}
	found, err := table.Find(match)
	if err == nil {
		found, err = found.Mains()
	}
	if err != nil {
		return nil, err
	}
	var all []*proctree.Handle
	for _, p := range found {
		h, err := open(p.PID, match)
		if err != nil {
			for _, h := range all {
				h.Close()
			}
			return nil, err
		}
		if h != nil {
			all = append(all, h)
		}
	}
	return all, nil
}
