package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/exitstatus"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/internal/reexec"
	"github.com/svloop/svloop/internal/spawn"
	"github.com/svloop/svloop/internal/workdir"
	"github.com/svloop/svloop/pkg/cloexec"
	"github.com/svloop/svloop/pkg/proctree"
)

// Role runs the command in the order from standard input, and reports the result.
var Role = reexec.Role{Name: "svctl: running", Play: serve}

// Roles are the roles of this package. A program that calls [Run] must play them.
var Roles = []reexec.Role{Role, Drain}

// IsRole reports whether these are the arguments of a process in a role of this package.
func IsRole(args []string) bool {
	return len(args) == 1 && slices.ContainsFunc(Roles, func(r reexec.Role) bool { return r.Is(args) })
}

// reportFD is the descriptor for the result.
const reportFD = 3

// Interrupts are the signals that terminate this program together with the commands that
// it runs. A terminal sends them to its whole foreground process group, so the role
// handles the same signals. A signal that was ignored from the start, as under nohup(1),
// stays ignored, here and in the commands.
func Interrupts() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// serve runs the role.
func serve([]string) (code int, err error) {
	// The command must get neither the descriptor for the result nor those that this
	// program inherited: a service would hold the locks and pipes of any process that happened to start it.
	if err := cloexec.From(reportFD); err != nil {
		return 0, err
	}
	report := os.NewFile(reportFD, "report")
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 0, err
	}
	var c Command
	if err := reexec.Unmarshal(text, &c); err != nil {
		return 0, err
	}
	if len(c.Argv) == 0 {
		return 0, errors.New("no command")
	}
	text, _ = reexec.Marshal(c.serve()) // cannot fail: arguments and paths are quoted, so no text has a NUL byte
	_, _ = report.Write(text)
	return 0, nil
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
	output, err := newOutput()
	if err != nil {
		return result{Exit: -1, Refusal: err.Error()}
	}
	base := c.Dir
	if base == "" {
		base = workdir.Get() // "" if the directory was removed: a relative command then fails
	}
	// If the role is killed, its caller must not run another command beside this one. The
	// kernel kills the command when the thread that started it exits, so this thread lives
	// as long as the process.
	runtime.LockOSThread()
	program := &spawn.Program{Argv: c.Argv, Env: c.Env, Dir: c.Dir, Base: base, DieWithParent: true,
		Files: []uintptr{null.Fd(), output.end.Fd(), output.end.Fd()}}
	pid, ended, err := r.Start(func() (int, error) {
		pid, _, err := program.Start()
		return pid, err
	})
	go output.relay()
	if err != nil {
		_, refused := errors.AsType[*spawn.Error](err)
		notFound := errors.Is(err, spawn.ErrNotFound)
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
	why := fmt.Sprintf("terminated after %s", c.Timeout)
	answer := result{Exit: -1, TimedOut: true}
	select {
	case e := <-ended:
		answer = result{Exit: exitstatus.Code(e.Status), Ended: exitstatus.Text(e.Status)}
	case <-limit:
	case <-stop:
		why = "interrupted"
	}
	if answer.TimedOut {
		answer.Ended = why
		if err := c.end(r, pid); err != nil {
			answer.Warning = fmt.Sprintf("cannot terminate all processes of %q: %v", c.Argv[0], err)
		}
	}
	if err := output.release(null); err != nil && answer.Warning == "" {
		answer.Warning = err.Error()
	}
	return answer
}

// end terminates the command and all its descendants. A process that has changed its
// user may refuse the signals.
func (c Command) end(r *reaper.Reaper, pid int) error {
	schedule, err := proctree.ParseSchedule(c.Kill)
	if err != nil {
		schedule, _ = proctree.ParseSchedule("TERM/1 KILL")
	}
	// Everything includes the group, and what is wrong with that.
	_ = proctree.Stop(context.Background(), r.Group(pid), schedule, r.Changed())
	return proctree.Stop(context.Background(), reaper.Everything(), schedule, r.Changed())
}
