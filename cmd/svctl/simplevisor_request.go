package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/pidfiles"
	"github.com/svloop/svloop/internal/poll"
	"github.com/svloop/svloop/internal/simplevisor"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// ask prints the state of the supervisor, and returns its exit status.
func (s *oldCall) ask() int {
	path := s.properties["pidfile"]
	if path == "" {
		return s.fail(errors.New("status requires a pidfile"))
	}
	seen := simplevisor.Observation{Status: pidfiles.Supervisor.Probe(path)}
	if info, err := os.Lstat(path); err == nil {
		seen.Touched = info.ModTime()
	}
	if seen.PID > 0 && time.Since(seen.Touched) > pidfile.Freshness {
		seen.Halted = halts(seen.PID)
	}
	text, code := simplevisor.Describe(seen, time.Now())
	fmt.Fprintln(s.stdout, text)
	return code
}

// halts reports whether a process is stopped by a signal. On a busy machine it takes a
// while until all its threads have noticed the signal.
func halts(pid int) bool {
	for pauses, n := poll.Doubling(10*time.Millisecond, 100*time.Millisecond), 0; n < 6; n++ {
		if stat, err := proctree.ReadStat(pid); err != nil || stat.Stopped() {
			return err == nil
		}
		_ = pauses.Wait(context.Background())
	}
	return false
}

// request passes a request to the supervisor. Whether one runs makes no difference for
// the exit status, as with simplevisor.
func (s *oldCall) request(request string) int {
	path := s.properties["pidfile"]
	if path == "" {
		return s.fail(fmt.Errorf("action %s requires a pidfile", request))
	}
	before, instance, err := pidfiles.Supervisor.Request(path, request)
	switch {
	case err == nil:
		instance.Close()
	case !errors.Is(err, pidfile.ErrNotRunning):
		return s.fail(err)
	case before.PID == 0:
		fmt.Fprintf(s.stdout, "%s does not seem to be running anymore\n", oldName)
		return 0
	}
	s.told(before.PID, request)
	return 0
}

func (s *oldCall) told(pid int, request string) {
	fmt.Fprintf(s.stdout, "%s (pid %d) is being told to %s...\n", oldName, pid, request)
}

// quit asks the supervisor to exit, and waits as long as that takes: its services may
// need minutes to stop. A supervisor that hangs is killed.
func (s *oldCall) quit(request string) int {
	path := s.properties["pidfile"]
	if path == "" {
		return s.fail(fmt.Errorf("%s requires a pidfile", request))
	}
	before, instance, err := pidfiles.Supervisor.Request(path, request)
	switch {
	case err == nil:
		defer instance.Close()
	case errors.Is(err, pidfile.ErrStuck):
		return s.kill(path, before.PID)
	case !errors.Is(err, pidfile.ErrNotRunning):
		return s.fail(err)
	case before.PID == 0:
		fmt.Fprintf(s.stdout, "%s does not seem to be running\n", oldName)
		return 0
	}
	s.told(before.PID, request)
	if err == nil {
		ctx, stop := interruptible()
		defer stop()
		if hangs := awaitSupervisor(ctx, instance, path); hangs {
			return s.kill(path, before.PID)
		}
		if ctx.Err() != nil {
			return exitCode(ctx, 1)
		}
	}
	fmt.Fprintf(s.stdout, "%s (pid %d) does not seem to be running anymore\n", oldName, before.PID)
	return 0
}

// kill kills a supervisor that hangs. Its services go on, so the exit status is 1.
func (s *oldCall) kill(path string, pid int) int {
	fmt.Fprintf(s.stdout, "%s (pid %d) is still running, killing it now...\n", oldName, pid)
	ctx, stop := interruptible()
	defer stop()
	if err := killSupervisor(ctx, path, pid); err != nil {
		return s.fail(fmt.Errorf("could not kill %d: %w", pid, err))
	}
	fmt.Fprintf(s.stdout, "%s (pid %d) has been successfully killed\n", oldName, pid)
	return 1
}

// killSupervisor opens the process before it looks for the proof that the process is
// the supervisor, so that the pid cannot be reused in between.
func killSupervisor(ctx context.Context, path string, pid int) error {
	instance, err := proctree.Open(pid)
	if errors.Is(err, proctree.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer instance.Close()
	now := pidfiles.Supervisor.Probe(path)
	if now.PID != pid || !now.State.Alive() && now.State != pidfile.Stuck {
		return errors.New(now.Reason)
	}
	if err := instance.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, proctree.ErrGone) {
		return err
	}
	return instance.Wait(ctx)
}
