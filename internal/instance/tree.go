package instance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
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

// tree is the program and its descendants, run after run. It implements [processes].
type tree struct {
	treeConfig
	dropped sync.Once // reports that a message to NOTIFY_SOCKET was dropped
	last    pastRun   // the run before this one

	// inherited is what a killed instance left running, until the first run takes
	// over its program, heir; nil when there was none.
	inherited *pidfile.Survivors
	heir      *proctree.Handle

	now current

	mu      sync.Mutex // for the signal handler
	running running
}

// treeConfig is what a tree needs of its instance.
type treeConfig struct {
	options *cmdline.Options
	env     []string // of the program
	dir     string   // where relative paths start
	daemon  bool
	streams *output.Streams
	log     *output.Log
	warn    func(text string) // a warning that is given once
	public  *public
	reaper  *reaper.Reaper
}

func (t *tree) init(c treeConfig) { t.treeConfig = c }

// current is what a tree holds for the run of now.
type current struct {
	ctx      context.Context
	begun    uint64 // as in proctree.Stat
	main     int    // pid of the main process
	ended    <-chan reaper.End
	exited   *reaper.End        // received from ended
	followed *proctree.Stat     // a main process that svloop has not started
	unfollow context.CancelFunc // of it

	ready    <-chan error       // delivers once; nil if nothing does
	answer   *readyResult       // received from ready
	hurry    context.CancelFunc // has ready deliver what there is
	socket   *sdnotify.Socket   // nil if the program is to send no messages
	readable <-chan struct{}    // delivers when the socket has a message

	close []func()
}

// running is what there is of the program now.
type running struct {
	main    int              // the pid that signals are passed on to, 0: none
	group   int              // the process group that svloop has made, 0: none
	adopted proctree.Targets // what is no descendant of svloop, nil: nothing
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

// attend reaps at each SIGCHLD from now on.
func (t *tree) attend() {
	// In a channel of its own: a flood of SIGCHLD would fill the other one, and a
	// SIGTERM would be dropped.
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

// takeOver makes the program of the killed instance that of this run. It reports
// false if the program has exited meanwhile; what it left is still stopped with
// this instance.
func (t *tree) takeOver(ctx context.Context) bool {
	left, h := t.inherited, t.heir
	t.inherited, t.heir = nil, nil
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

func (t *tree) next() (event, bool) {
	if t.now.socket != nil {
		if m, found, _ := t.now.socket.TryReceive(); found {
			return m, true
		}
	}
	exited := t.hasExited()
	if t.now.ready != nil {
		if exited && t.options.Ready.Kind == readiness.FD {
			// The newline that a program wrote just before it exited is in the
			// pipe. A helper that still holds the descriptor is not waited for.
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
	if a := t.now.answer; a != nil {
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

// follow makes another process the main one, whose exit ends the run. It must be
// a descendant.
func (t *tree) follow(pid int) bool {
	h, err := proctree.Open(pid)
	if err != nil {
		t.log.Warn("MAINPID=%d names no process", pid)
		return false
	}
	table, err := proctree.Snapshot()
	var tree proctree.Table
	if err == nil {
		tree = reaper.Descendants(table)
	}
	i := slices.IndexFunc(tree, func(s proctree.Stat) bool { return s.PID == pid && s.Start == h.Start })
	if i < 0 {
		h.Close()
		t.log.Warn("MAINPID=%d is not a process of the program", pid)
		return false
	}
	t.public.note(tree[i])
	say := t.log.Note
	if t.now.unfollow != nil {
		say = t.log.Debug // a program may name one after the other
		t.now.unfollow()
	}
	say("the main process is now pid %d", pid)
	var ctx context.Context
	ctx, t.now.unfollow = context.WithCancel(t.now.ctx)
	t.now.main, t.now.followed, t.now.exited = pid, &tree[i], nil
	t.now.ended = t.reaper.Follow(ctx, h)
	t.mu.Lock()
	t.running.main = pid
	t.mu.Unlock()
	return true
}

// errNoProgram means that there is no program now.
var errNoProgram = errors.New("no program is running")

// signal passes a signal on to the main process.
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

// forget lets go of the program that has exited, and of an adopted one except for
// what it has left in the background.
func (t *tree) forget() {
	t.public.afterStart() // what the run has left in the background, too
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

// begunOrNamed reports whether a process is the one that this run began with, or
// the one that it has named, which may have exited already.
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
		return fmt.Errorf("cannot end all of the program: %w", err)
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
