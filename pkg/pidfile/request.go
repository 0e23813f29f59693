//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// takenTime is how long a request may stay in the file until the instance has read
// it. The original simplevisor reads its file every 0.5 s, except in a cycle.
const takenTime = 5 * time.Second

// ErrNotRunning is wrapped if no instance is alive that could be asked.
var ErrNotRunning = errors.New("not running")

// Request writes a request to the pid file of a living instance, and returns a handle
// on that instance, to wait for its exit. The Status is the one before the request. The
// error wraps [ErrNotRunning] if there is no such instance, and [ErrStuck] if the
// instance is alive and does not react.
//
// A request that another process has just written is not overwritten until the instance
// has read it.
func (in Instances) Request(path, request string) (Status, *proctree.Handle, error) {
	f, err := open(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return absent(path), nil, ErrNotRunning
	}
	if err != nil {
		return unknown(0, "%v", err), nil, fmt.Errorf("cannot write to pid file: %w", err)
	}
	defer f.Close()
	before, instance, err := in.living(f, path)
	if err != nil {
		return before, nil, err
	}
	if err := in.writeRequest(f, Content{PID: before.PID, Request: request}); err != nil {
		instance.Close()
		return before, nil, fmt.Errorf("cannot write the request to pid file %q: %w", path, err)
	}
	return before, instance, nil
}

// living returns a handle on the proven instance of the open file. It opens the handle
// before it checks the proof again, so that the pid cannot be reused in between.
func (in Instances) living(f *os.File, path string) (Status, *proctree.Handle, error) {
	before := in.probe(f, path)
	if err := in.rejects(path, before); err != nil {
		return before, nil, err
	}
	switch {
	case before.State == Stuck:
		return before, nil, fmt.Errorf("%w: %s", ErrStuck, before.Reason)
	case before.State == Unknown:
		return before, nil, errors.New(before.Reason)
	case !before.State.Alive():
		return before, nil, ErrNotRunning
	}
	instance, err := proctree.Open(before.PID)
	if errors.Is(err, proctree.ErrGone) {
		return before, nil, ErrNotRunning
	}
	if err != nil {
		return before, nil, err
	}
	if now := in.probe(f, path); now.PID != before.PID || !now.State.Alive() {
		instance.Close()
		return now, nil, ErrNotRunning
	}
	return before, instance, nil
}

// writeRequest writes the request, if the file still names the instance.
func (in Instances) writeRequest(f *os.File, request Content) error {
	for deadline := time.Now().Add(takenTime); ; time.Sleep(exclusiveRetry) {
		written := false
		err := exclusively(f, func() error {
			c, err := in.readContent(f)
			switch {
			case err != nil:
				return err
			case c.PID != request.PID:
				return ErrNotRunning
			case c.Request != "" && c.Request != request.Request && time.Now().Before(deadline):
				return nil
			}
			written = true
			return rewrite(f, request)
		})
		if written || err != nil {
			return err
		}
	}
}
