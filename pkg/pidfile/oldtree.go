//go:build linux

package pidfile

import (
	"context"

	"github.com/svloop/svloop/pkg/proctree"
)

// simplevisor-loop terminates its program, but not the descendants of the
// program. So its process tree is read before it is asked to quit, and the
// remaining processes are terminated afterwards.

// treeOf returns the descendants of an instance, and the members of its session
// if it leads one.
func treeOf(instance proctree.Stat) (*Survivors, error) {
	table, err := proctree.Snapshot()
	if err != nil {
		return nil, err
	}
	s := &Survivors{Instance: instance.PID, Processes: table.Descendants(instance.PID)}
	if instance.Session == instance.PID {
		s.Processes = withKin(table, s.Processes)
	}
	return s, nil
}

// endOldTree terminates the processes that a simplevisor-loop left.
func (q *quitter) endOldTree(ctx context.Context) error {
	if q.old == nil || len(q.old.Processes) == 0 {
		return nil
	}
	info, err := q.file.Stat()
	if err != nil {
		return err
	}
	if err := mayBelieve(info, q.old.Processes); err != nil {
		return err
	}
	return q.end(ctx, proctree.Listed(q.old.Processes))
}
