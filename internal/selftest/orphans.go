package selftest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// snapshot holds the orphans at one time, without and with their descendants.
type snapshot struct{ roots, all proctree.Table }

// snapshot takes a snapshot. It is empty if o is nil.
func (o *Orphans) snapshot() (snapshot, error) {
	if o == nil {
		return snapshot{}, nil
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return snapshot{}, err
	}
	return snapshot{o.find(table, false), o.find(table, true)}, nil
}

func (o *Orphans) find(table proctree.Table, descendants bool) (found proctree.Table) {
	for _, p := range table {
		if !o.adopted(p) || !p.Alive() || ours(p) {
			continue
		}
		found = append(found, p)
		if descendants {
			found = append(found, table.Descendants(p.PID)...)
		}
	}
	return found
}

// ours reports whether an orphan is a helper of package runner, which reads the
// output of the service.
func ours(p proctree.Stat) bool {
	args, err := proctree.Args(p.PID)
	return err == nil && runner.IsRole(args)
}

// End terminates the orphans with a schedule, and waits until all zombies are
// reaped.
func (o *Orphans) End(ctx context.Context, spec string) error {
	if now, err := o.snapshot(); err != nil || len(now.all) == 0 {
		return err
	}
	schedule, err := proctree.ParseSchedule(spec)
	if err != nil {
		return err
	}
	set := proctree.Set(func(table proctree.Table) proctree.Table { return o.find(table, true) })
	if err := proctree.Stop(ctx, set, schedule, nil); err != nil {
		return err
	}
	await(ctx, lastLook, func() bool {
		var found bool
		found, err = o.reap()
		return !found && err == nil
	})
	return err
}

// without returns the processes that are not in another table.
func without(table, other proctree.Table) proctree.Table {
	return slices.DeleteFunc(slices.Clone(table), func(p proctree.Stat) bool {
		return slices.ContainsFunc(other, func(o proctree.Stat) bool { return o.PID == p.PID && o.Start == p.Start })
	})
}

// named lists the pids and names of processes.
func named(table proctree.Table) string {
	names := make([]string, len(table))
	for i, p := range table {
		names[i] = printable.Sprintf("pid %d (%s)", p.PID, p.Comm)
	}
	return strings.Join(names, ", ")
}

// The delays of polls. They double from the first to the last.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// await calls asWanted until it returns true, the deadline has passed, or the context is
// done. With patience 0 it calls it once.
func await(ctx context.Context, patience time.Duration, asWanted func() bool) {
	deadline := time.Now().Add(patience)
	for pauses := poll.Doubling(firstLook, lastLook); !asWanted() && time.Now().Before(deadline); {
		if pauses.Wait(ctx) != nil {
			return
		}
	}
}
