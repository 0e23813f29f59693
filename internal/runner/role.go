package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/launch"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/proctree"
)

// Role is the name under which this program is executed to run a command. A
// program that uses [Run] calls [Serve] first when its own name is this one.
const Role = "svctl: running"

// reportFD is the descriptor for the result.
const reportFD = 3

// Interrupts are the signals by which somebody ends this program together with
// the commands that it runs. A terminal sends them to all of its foreground
// group, so the role heeds the same. What was ignored from the start, as nohup(1)
// has it, stays so, here and in the commands.
func Interrupts() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// Serve runs the command of the order on standard input, reports its result,
// and returns the exit status of the role.
func Serve() int {
	closeOnExec()
	report := os.NewFile(reportFD, "report")
	var c Command
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil || len(c.Argv) == 0 {
		fmt.Fprintf(os.Stderr, "svctl: %q is a name of its own use only\n", Role)
		return 2
	}
	text, _ := json.Marshal(c.serve()) // strings and numbers cannot fail
	_, _ = report.Write(text)
	return 0
}

func (c Command) serve() result {
	r, err := reaper.New()
	if err != nil {
		return result{Exit: -1, Refusal: err.Error()}
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, append(Interrupts(), syscall.SIGCHLD)...)
	null, err := os.Open(os.DevNull)
	if err != nil {
		return result{Exit: -1, Refusal: err.Error()}
	}
	base := c.Dir
	if base == "" {
		base = workdir.Get() // unknown when it was removed: a relative command is an error then
	}
	program := &launch.Program{Argv: c.Argv, Env: c.Env, Dir: c.Dir, Base: base, Files: []uintptr{null.Fd(), 1, 2}}
	pid, ended, err := r.Start(func() (int, error) {
		pid, _, err := program.Start()
		return pid, err
	})
	if err != nil {
		_, refused := errors.AsType[*launch.Error](err)
		notFound := errors.Is(err, launch.ErrNotFound)
		return result{Exit: -1, Refusal: err.Error(), NotFound: notFound, Denied: refused && !notFound}
	}
	stop := make(chan struct{}, 1)
	go func() {
		for s := range signals {
			if s == syscall.SIGCHLD {
				r.Reap()
			} else {
				select {
				case stop <- struct{}{}:
				default:
				}
			}
		}
	}()
	var limit <-chan time.Time
	if c.Timeout > 0 {
		limit = time.After(c.Timeout)
	}
	why := fmt.Sprintf("ended after %s", c.Timeout)
	select {
	case e := <-ended:
		return result{Exit: exitOf(e), Ended: endOf(e)}
	case <-limit:
	case <-stop:
		why = "interrupted"
	}
	c.end(r, pid)
	return result{Exit: -1, Ended: why, TimedOut: true}
}

// end ends the command with all that came of it.
func (c Command) end(r *reaper.Reaper, pid int) {
	schedule, err := proctree.ParseSchedule(c.Kill)
	if err != nil {
		schedule, _ = proctree.ParseSchedule("TERM/1 KILL")
	}
	for _, targets := range []proctree.Targets{r.Group(pid), reaper.Everything()} {
		_ = proctree.Stop(context.Background(), targets, schedule, r.Changed())
	}
}

func exitOf(e reaper.End) int {
	if e.Status.Signaled() {
		return 128 + int(e.Status.Signal())
	}
	return e.Status.ExitStatus()
}

func endOf(e reaper.End) string {
	if e.Status.Signaled() {
		return "killed by signal " + proctree.SignalName(e.Status.Signal())
	}
	return fmt.Sprintf("exit status %d", e.Status.ExitStatus())
}
