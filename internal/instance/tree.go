package instance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/internal/output"
	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// tree is the program and its descendants during all runs. It implements [processes].
type tree struct {
	options *cmdline.Options
	env     []string // environment of the program
	dir     string   // where relative paths start
	daemon  bool
	streams *output.Streams
	log     *output.Log
	warn    func(text string) // logs a warning once
	public  *public
	reaper  *reaper.Reaper

	dropped sync.Once // reports that a message to NOTIFY_SOCKET was dropped
	last    pastRun   // the run before this one

	// inherited are the remaining processes of a killed instance, and adoptee is its program.
	// Both are nil if there were none, and after the first run has adopted them.
	inherited *pidfile.Survivors
	adoptee   *proctree.Handle

	now current

	mu      sync.Mutex // held by the signal handler too
	running running
}

// current holds the resources of the current run.
type current struct {
	ctx      context.Context
	begun    uint64 // as in proctree.Stat
	main     int    // pid of the main process
	ended    <-chan reaper.End
	exited   *reaper.End        // the exit, after it was received from ended
	followed *proctree.Stat     // a main process that svloop did not start
	unfollow context.CancelFunc // stops following it

	ready    <-chan error       // delivers one result; nil without a readiness check
	answer   *readyResult       // the result, after it was received from ready
	hurry    context.CancelFunc // makes ready deliver its result at once
	socket   *sdnotify.Socket   // nil if svloop receives no messages
	readable <-chan struct{}    // delivers when the socket has a message

	close []func()
}

// running is what other goroutines may know about the current program.
type running struct {
	main    int              // the pid that signals are forwarded to, 0: none
	group   int              // the process group that svloop created, 0: none
	adopted proctree.Targets // adopted processes, which are not descendants of svloop; nil: none
}

func (t *tree) setRunning(r running) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running = r
}

func (t *tree) isRunning() running {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.running
}

// startReaping reaps at each SIGCHLD.
func (t *tree) startReaping() {
	// A channel of its own: a flood of SIGCHLD would fill a shared one, and a SIGTERM would
	// be dropped.
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	t.reaper.Reap() // children that have exited already
	go func() {
		for range children {
			t.reaper.Reap()
		}
	}()
}

func (t *tree) start(ctx context.Context) (started, error) {
	t.now = current{ctx: ctx}
	first := t.last.program == 0
	if t.inherited != nil {
		if t.takeOver(ctx) {
			return started{main: t.now.main, adopted: true, first: first}, nil
		}
		return t.start(ctx)
	}
	if err := t.awaitLast(ctx); err != nil {
		return started{}, err
	}
	if err := t.options.Ready.Check(ctx); err != nil {
		return started{}, err
	}
	if err := t.launch(ctx); err != nil {
		return started{}, err
	}
	return started{main: t.now.main, first: first}, nil
}

// takeOver makes the program of the killed instance that of this run. It returns false if
// the program has exited meanwhile; its remaining processes are still stopped with this
// instance.
func (t *tree) takeOver(ctx context.Context) bool {
	left, h := t.inherited, t.adoptee
	t.inherited, t.adoptee = nil, nil
	if h == nil || h.Exited() {
		if h != nil {
			h.Close()
		}
		t.setRunning(running{adopted: left.Targets()})
		return false
	}
	t.now.main, t.now.begun = h.PID, proctree.Ticks(time.Now())
	t.setRunning(running{main: h.PID, adopted: left.Targets()})
	t.now.followed = &proctree.Stat{PID: h.PID, Start: h.Start}
	t.now.ended = t.reaper.Follow(ctx, h)
	return true
}

func (t *tree) next(ctx context.Context, until time.Time) (event, bool) {
	for {
		if e, found := t.pending(); found {
			return e, true
		}
		if ctx.Err() != nil || !until.IsZero() && !time.Now().Before(until) {
			return nil, false
		}
		t.wait(ctx, until)
	}
}

// wait blocks until an event may be pending, the context is done, or a point in time has
// passed.
func (t *tree) wait(ctx context.Context, until time.Time) {
	var passed <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
		defer timer.Stop()
		passed = timer.C
	}
	select {
	case last := <-t.now.ended:
		t.now.exited = &last
	case err := <-t.now.ready:
		t.answered(err)
	case <-t.now.readable:
	case <-ctx.Done():
	case <-passed:
	}
}

// pending returns an event that has happened. It never blocks.
func (t *tree) pending() (event, bool) {
	if t.now.socket != nil {
		if m, found, _ := t.now.socket.TryReceive(); found {
			if m.MainPID == t.now.main || m.MainPID != 0 && !t.follow(m.MainPID) {
				m.MainPID = 0
			}
			return m, true
		}
	}
	exited := t.hasExited()
	if t.now.ready != nil {
		if exited && t.options.Ready.Kind == readiness.FD {
			// The newline that a program wrote just before it exited is in the pipe. Do not wait
			// for a helper that still holds the descriptor.
			t.now.hurry()
			t.answered(<-t.now.ready)
		} else {
			select {
			case err := <-t.now.ready:
				t.answered(err)
			default:
			}
		}
	}
	if a := t.now.answer; a != nil && (exited || !t.closedByExit(a.err)) {
		t.now.answer = nil
		if a.err == nil || !exited && t.now.ctx.Err() == nil {
			return *a, true
		}
	}
	if exited {
		last := *t.now.exited
		t.now.exited, t.now.ended = nil, nil
		return last, true
	}
	return nil, false
}

// closedByExit reports whether the main process closed its readiness descriptor because it
// exits. Its exit status, which follows, is the better reason of the failure.
func (t *tree) closedByExit(err error) bool {
	if !errors.Is(err, readiness.ErrClosed) {
		return false
	}
	dying, err := proctree.Dying(t.now.main)
	return dying && err == nil
}

func (t *tree) answered(err error) { t.now.answer, t.now.ready = &readyResult{err}, nil }

// hasExited reports whether the main process has exited. It reaps first, because
// SIGCHLD may be on its way.
func (t *tree) hasExited() bool {
	if t.now.exited != nil || t.now.ended == nil {
		return t.now.exited != nil
	}
	t.reaper.Reap()
	if f := t.now.followed; f != nil {
		if s, err := proctree.ReadStat(f.PID); err == nil && s.Start == f.Start && s.Alive() {
			return false
		}
		timer := time.NewTimer(followGrace)
		defer timer.Stop()
		select {
		case last := <-t.now.ended:
			t.now.exited = &last
		case <-timer.C:
		}
		return t.now.exited != nil
	}
	select {
	case last := <-t.now.ended:
		t.now.exited = &last
	default:
	}
	return t.now.exited != nil
}

// followGrace is how long [reaper.Reaper.Follow] may take to deliver an exit.
const followGrace = 200 * time.Millisecond

// follow makes another descendant the main process, whose exit ends the run. It returns
// false, and logs the reason, if the process is not a descendant.
func (t *tree) follow(pid int) bool {
	h, err := proctree.Open(pid)
	if err != nil {
		t.log.Warn("MAINPID=%d: no such process", pid)
		return false
	}
	// A handle that has not exited proves that the pid was not reused meanwhile.
	if is, err := reaper.IsDescendant(pid); !is || err != nil || h.Exited() {
		h.Close()
		t.log.Warn("MAINPID=%d: not a process of the program", pid)
		return false
	}
	t.public.note(h.Stat)
	say := t.log.Note
	if t.now.unfollow != nil {
		say = t.log.Debug // a program may change it often
		t.now.unfollow()
	}
	say("the main process is now pid %d", pid)
	var ctx context.Context
	ctx, t.now.unfollow = context.WithCancel(t.now.ctx)
	t.now.main, t.now.followed, t.now.exited = pid, &h.Stat, nil
	t.now.ended = t.reaper.Follow(ctx, h)
	t.mu.Lock()
	t.running.main = pid
	t.mu.Unlock()
	return true
}

// errNoProgram means that there is no program now.
var errNoProgram = errors.New("no program is running")

// signal forwards a signal to the main process.
func (t *tree) signal(s syscall.Signal) error {
	main := t.isRunning().main
	if main == 0 {
		return errNoProgram
	}
	return t.reaper.Signal(main, s)
}

func (t *tree) end(quit bool) {
	if !quit {
		t.forget()
	}
	if t.now.unfollow != nil {
		t.now.unfollow()
	}
	for _, f := range t.now.close {
		f()
	}
	t.now = current{}
}

// forget clears the program that has exited. Processes that an adopted program left in
// the background stay known.
func (t *tree) forget() {
	t.public.afterStart() // covers the processes that the run left in the background too
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running.group != 0 {
		t.last = pastRun{t.now.begun, t.running.group}
	}
	t.running.main, t.running.group = 0, 0
	if t.running.adopted != nil {
		if gone, err := t.running.adopted.Gone(); !gone || err != nil {
			return
		}
		t.running.adopted = nil
	} else if !t.public.noted {
		return
	}
	t.public.forget()
}

// begunOrNamed reports whether a process is the first of this run, or the one that the
// program named, even if it has exited already.
func (t *tree) begunOrNamed(pid int) bool {
	now := t.isRunning()
	return pid != 0 && (pid == now.group || pid == now.main)
}

func (t *tree) stop(which scope) error {
	now := t.isRunning()
	if which == theRest && (now.adopted != nil || now.group == 0 || t.nothingLeft(now.group)) {
		return nil
	}
	var all []proctree.Targets
	if now.group != 0 {
		all = append(all, t.reaper.Group(now.group))
	}
	if which != everything {
		all = append(all, reaper.Since(t.now.begun, now.group))
	}
	if now.adopted != nil {
		all = append(all, now.adopted)
	}
	if which == everything {
		return t.stopAll(append(all, reaper.Everything()))
	}
	if err := t.stopAll(all); err != nil {
		return fmt.Errorf("cannot terminate all processes of the program: %w", err)
	}
	return nil
}

func (t *tree) stopAll(all []proctree.Targets) error {
	for _, targets := range all {
		if err := proctree.Stop(context.Background(), targets, t.options.KillSpec, t.reaper.Changed()); err != nil {
			return err
		}
	}
	return nil
}
