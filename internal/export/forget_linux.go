package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// hasReader reports whether a process has a FIFO open for reading, as runsv and
// s6-supervise do until they exit.
func hasReader(pipe string) bool {
	f, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false // ENXIO: no reader
	}
	f.Close()
	return true
}

// stateOfMonitors are the directories that runsv and s6-supervise make in a
// service directory.
var stateOfMonitors = []string{"supervise", "event"}

var errMonitored = errors.New("its monitor still runs")

// forget removes the state in a service directory when its monitor has exited, and
// then the directory if it is empty.
func (s Step) forget(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for hasReader(filepath.Join(s.Forget, "supervise/control")) {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("cannot %s: %w", s, errMonitored)
		}
	}
	for _, name := range stateOfMonitors {
		if err := os.RemoveAll(filepath.Join(s.Forget, name)); err != nil {
			return fmt.Errorf("cannot %s: %w", s, cause(err))
		}
	}
	os.Remove(s.Forget) // fails if it is not empty
	return nil
}
