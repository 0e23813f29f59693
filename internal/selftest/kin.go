package selftest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/svloop/svloop/internal/runner"
	"github.com/svloop/svloop/pkg/printable"
	"github.com/svloop/svloop/pkg/proctree"
)

// family are the kin at one time: the orphans, and all that came of them.
type family struct{ roots, all proctree.Table }

// family looks for the kin; there are none without anybody who adopts them.
func (k *Kin) family() (family, error) {
	if k == nil {
		return family{}, nil
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return family{}, err
	}
	return family{k.find(table, false), k.find(table, true)}, nil
}

func (k *Kin) find(table proctree.Table, descendants bool) (found proctree.Table) {
	for _, p := range table {
		if !k.adopted(p) || !p.Alive() || ours(p) {
			continue
		}
		found = append(found, p)
		if descendants {
			found = append(found, table.Descendants(p.PID)...)
		}
	}
	return found
}

// ours reports whether an orphan is not of the service, but what package runner has
// started to read the output of the service.
func ours(p proctree.Stat) bool {
	args, err := proctree.Args(p.PID)
	return err == nil && len(args) == 1 && runner.IsRole(args[0])
}

// End ends the kin by a schedule, and waits until no zombie of them is left.
func (k *Kin) End(ctx context.Context, spec string) error {
	if now, err := k.family(); err != nil || len(now.all) == 0 {
		return err
	}
	schedule, err := proctree.ParseSchedule(spec)
	if err != nil {
		return err
	}
	set := proctree.Set(func(table proctree.Table) proctree.Table { return k.find(table, true) })
	if err := proctree.Stop(ctx, set, schedule, nil); err != nil {
		return err
	}
	poll(ctx, lastLook, func() bool {
		var found bool
		found, err = k.reap()
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

// named names processes.
func named(table proctree.Table) string {
	names := make([]string, len(table))
	for i, p := range table {
		names[i] = printable.Sprintf("pid %d (%s)", p.PID, p.Comm)
	}
	return strings.Join(names, ", ")
}

// How often something is looked at.
const (
	firstLook = 10 * time.Millisecond
	lastLook  = 500 * time.Millisecond
)

// poll looks until it is as wanted or time is over. Who has no patience looks
// once.
func poll(ctx context.Context, patience time.Duration, asWanted func() bool) {
	deadline := time.Now().Add(patience)
	for look := firstLook; !asWanted() && time.Now().Before(deadline); look = min(2*look, lastLook) {
		timer := time.NewTimer(look)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}
