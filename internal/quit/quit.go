// Package quit implements svloop --quit and its messages. svctl calls it without a
// process of its own for each service.
package quit

import (
	"context"
	"fmt"

	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// Request asks the instance of a pid file to quit, waits for its exit, and returns the
// line to print, which begins with the name of svloop. The error names what still runs.
// Without a schedule, the instance uses its own: see [pidfile.RequestQuit].
func Request(ctx context.Context, name, path string, schedule proctree.Schedule) (string, error) {
	before, err := pidfiles.Svloop.RequestQuit(ctx, path, schedule)
	if err != nil {
		return "", fmt.Errorf("cannot quit the instance of %q: %w", path, err)
	}
	if before.State == pidfile.Dead {
		sdnotify.Sweep("") // removes its socket for sd_notify(3)
	}
	if before.PID == 0 || before.State == pidfile.Dead && before.Survivors == nil {
		return name + " was not running", nil
	}
	return fmt.Sprintf("%s (pid %d) has ended", name, before.PID), nil
}
