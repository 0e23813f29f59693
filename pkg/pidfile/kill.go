//go:build linux

package pidfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/svloop/svloop/pkg/proctree"
)

// Kill kills the instance of the pid file at path with SIGKILL, and no other
// process: its program keeps running and its file remains, as after a crash. It
// is for tests of what follows a crash.
func (in Instances) Kill(ctx context.Context, path string) error {
	f, err := open(path, os.O_RDONLY)
	if err != nil {
		return fmt.Errorf("cannot open pid file: %w", err)
	}
	defer f.Close()
	before := in.probe(f, path)
	switch {
	case errors.Is(before.life.doubt, errNotTheInstance):
		return fmt.Errorf("cannot kill process %d: %w", before.PID, errNotTheInstance)
	case before.life.doubt != nil:
		return fmt.Errorf("cannot kill process %d: %w", before.PID, before.life.doubt)
	}
	if !before.State.Alive() {
		return fmt.Errorf("cannot kill the instance of %q: it is %s", path, before.Reason)
	}
	if err := in.killInstance(ctx, f, path, before.PID); err != nil {
		return fmt.Errorf("cannot kill process %d: %w", before.PID, err)
	}
	return nil
}

// killInstance opens the pidfd before it searches for the proof, so that the pid
// cannot be reused in between.
func (in Instances) killInstance(ctx context.Context, f *os.File, path string, pid int) error {
	instance, err := proctree.Open(pid)
	if err != nil {
		return err
	}
	defer instance.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := mayBelieve(info, proctree.Table{instance.Stat}); err != nil {
		return err
	}
	if now := in.probe(f, path); now.PID != pid || !now.State.Alive() {
		return proctree.ErrGone
	}
	if in.mayEnd(f, path, pid) != nil {
		return errNotTheInstance
	}
	if err := instance.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	return instance.Wait(ctx)
}

// Bury removes the pid file of an instance whose exit this process has seen, and
// terminates the processes that it left, by the schedule or the default one. It
// does nothing if the file is missing, names another instance, or is locked by
// one.
func Bury(ctx context.Context, path string, instance int, schedule proctree.Schedule) error {
	f, err := open(path, os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNotRegular) {
		return nil // the instance had not claimed it yet
	}
	if err != nil {
		return fmt.Errorf("cannot open pid file: %w", err)
	}
	defer f.Close()
	c, err := Instances{}.readContent(f)
	if err != nil || c.PID != instance && c.PID != 0 {
		return nil
	}
	q := &quitter{file: f, path: path, schedule: schedule}
	var held *HeldError
	if err := q.buryWithSurvivors(ctx, c.PID); !errors.As(err, &held) {
		return err
	}
	return nil
}
