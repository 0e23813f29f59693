package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// crowd is the set of processes that a benchmark has started. They are found by a
// variable that they inherit.
type crowd struct{ mark string }

// newCrowd makes this process a child subreaper.
func newCrowd() (*crowd, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, err
	}
	return &crowd{mark: fmt.Sprintf("SVLOOP_BENCH=%d", os.Getpid())}, nil
}

// start starts a command in a new session, without input and output.
func (c *crowd) start(words []string) (pid int, err error) {
	path, err := exec.LookPath(words[0])
	if err != nil {
		return 0, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	return syscall.ForkExec(path, words, &syscall.ProcAttr{
		Env:   append(os.Environ(), c.mark),
		Files: []uintptr{null.Fd(), null.Fd(), null.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
}

// run starts a command and waits for its exit. Meanwhile it reaps all children, as
// process 1 of a host does: some tools mistake a zombie for a living process.
func (c *crowd) run(words []string) error {
	pid, err := c.start(words)
	for ended := 0; err == nil && ended != pid; {
		var status unix.WaitStatus
		ended, err = unix.Wait4(-1, &status, 0, nil)
		if errors.Is(err, unix.EINTR) {
			err = nil
		}
		if err == nil && ended == pid && status != 0 {
			err = fmt.Errorf("wait status %#x", status)
		}
	}
	if err != nil {
		return fmt.Errorf("cannot run %q: %w", words, err)
	}
	return nil
}

// members returns the living processes with a name, or all if it is "".
func (c *crowd) members(name string) proctree.Table {
	table, err := proctree.Snapshot()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(table, func(p proctree.Stat) bool {
		if !p.Alive() || name != "" && p.Comm != name || p.PID == os.Getpid() {
			return true
		}
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.PID))
		return err != nil || !slices.Contains(strings.Split(string(env), "\x00"), c.mark)
	})
}

// clear kills all of them.
func (c *crowd) clear() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	schedule := proctree.Schedule{{Signal: syscall.SIGKILL}}
	members := proctree.Set(func(proctree.Table) proctree.Table { return c.members("") })
	if err := proctree.Stop(ctx, members, schedule, nil); err != nil {
		fmt.Fprintf(os.Stderr, "bench: cannot terminate the started processes: %v\n", err)
	}
	for {
		if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); pid <= 0 && err != unix.EINTR {
			return
		}
	}
}

// patience is the time limit for an expected event.
const patience = 20 * time.Second

// until waits for a condition.
func until(happened func() bool, format string, args ...any) error {
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("timed out waiting for "+format, args...)
		}
	}
	return nil
}

// handles opens all members of a table, and skips those that have exited.
func handles(table proctree.Table) (open []*proctree.Handle, err error) {
	for _, p := range table {
		h, err := proctree.Open(p.PID)
		if errors.Is(err, proctree.ErrGone) {
			continue
		}
		if err != nil {
			return open, err
		}
		open = append(open, h)
	}
	return open, nil
}
