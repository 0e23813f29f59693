// Package quit is what svloop --quit does and prints. svctl does the same
// without a process of its own for each service.
package quit

import (
	"context"
	"fmt"

	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// Request ends the instance of a pid file and returns the line that says so,
// which begins with the name of svloop. The error says what could not be ended.
// Without a schedule the instance's own one is used: see
// [pidfile.RequestQuit].
func Request(ctx context.Context, name, path string, schedule proctree.Schedule) (string, error) {
	before, err := pidfiles.Svloop.RequestQuit(ctx, path, schedule)
	if err != nil {
		return "", fmt.Errorf("cannot quit the instance of %q: %w", path, err)
	}
	if before.State == pidfile.Dead {
		sdnotify.Sweep("") // of the socket that it may have had
	}
	if before.PID == 0 || before.State == pidfile.Dead && before.Survivors == nil {
		return name + " was not running", nil
	}
	return fmt.Sprintf("%s (pid %d) has ended", name, before.PID), nil
}
