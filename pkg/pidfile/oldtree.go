//go:build linux

package pidfile

import (
	"context"

	"github.com/svloop/svloop/pkg/proctree"
)

// An instance of the old tool ends its program and looks no further: what the
// program has started itself may live on. So its process tree is read before it is
// asked to quit, and what is left of it is ended after.

// treeOf returns the descendants of an instance, and the members of its session if
// it leads one.
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

// endOldTree ends what an instance of the old tool has left.
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
