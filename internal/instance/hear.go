package instance

import (
	"context"
	"slices"
	"time"

	"github.com/svloop/svloop/internal/readiness"
	"github.com/svloop/svloop/internal/reaper"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/sdnotify"
)

// hear does what the program says by sd_notify(3).
func (e *execution) hear(ctx context.Context, m sdnotify.Message) {
	if m.MainPID != 0 && m.MainPID != e.main {
		e.follow(ctx, m.MainPID)
	}
	if m.Status != "" {
		e.update(func(r *pidfile.Record) { r.Text = m.Status })
		e.log.Debug("the program says: %s", m.Status)
	}
	if m.Extend > 0 && !e.isReady {
		e.notReady.extend(m.Extend)
	}
	if m.Ready && !e.isReady && e.Options.Ready.Kind == readiness.Notify {
		e.becomeReady()
	}
	if m.Watchdog && e.isReady {
		e.silent.set(e.Watchdog)
	}
}

// follow makes another process the main one, whose end is that of the run. It
// must be a descendant.
func (e *execution) follow(ctx context.Context, pid int) {
	h, err := proctree.Open(pid)
	if err != nil {
		e.log.Warn("MAINPID=%d names no process", pid)
		return
	}
	table, err := proctree.Snapshot()
	var tree proctree.Table
	if err == nil {
		tree = reaper.Descendants(table)
	}
	i := slices.IndexFunc(tree, func(s proctree.Stat) bool { return s.PID == pid && s.Start == h.Start })
	if i < 0 {
		h.Close()
		e.log.Warn("MAINPID=%d is not a process of the program", pid)
		return
	}
	e.note(tree[i])
	say := e.log.Note
	if e.unfollow != nil {
		say = e.log.Debug // a program may name one after the other
		e.unfollow()
	}
	say("the main process is now pid %d", pid)
	e.main = pid
	ctx, e.unfollow = context.WithCancel(ctx)
	e.ended = e.reaper.Follow(ctx, h)
	e.mu.Lock()
	e.running.main = pid
	e.mu.Unlock()
	e.update(func(r *pidfile.Record) { r.Program = pid })
}

// note has the next start find a main process that the program has named, should
// this instance be killed: neither its session nor its group need tell it from
// others. In the foreground it may stand in the session of the caller, among
// processes that are nobody's business: then it is not noted.
func (in *instance) note(main proctree.Stat) {
	if in.pid == nil || callers(main.Session) {
		return
	}
	if err := in.pid.NoteProcess(main); err != nil {
		in.log.Warn("%v", err)
		return
	}
	in.mu.Lock()
	in.noted = true
	in.mu.Unlock()
}

// lastWords is how long after the end of the main process its messages may
// still be on their way.
const lastWords = 20 * time.Millisecond

// mainMoved hears the last words of a main process that has ended: it may have
// named its successor, as programs do that put themselves in the background.
func (e *execution) mainMoved(ctx context.Context) bool {
	if e.messages == nil {
		return false
	}
	old := e.main
	over := time.NewTimer(lastWords)
	defer over.Stop()
	for e.main == old {
		select {
		case m := <-e.messages:
			e.hear(ctx, m)
		case <-over.C:
			return false
		}
	}
	return true
}

// stillDue reports whether a deadline that has passed is still to be believed
// after all that waits has been heard: svloop may have been stopped, or starved,
// for longer than the deadline, and a message or an exit may have come in time.
func (e *execution) stillDue(ctx, run context.Context, d *deadline) bool {
	over := time.NewTimer(lastWords)
	defer over.Stop()
	for {
		select {
		case m := <-e.messages:
			if m.Trigger {
				return true
			}
			e.hear(run, m)
			if !d.isOver() {
				return false
			}
		case <-over.C:
			if ctx.Err() == nil && len(e.ended) == 0 && len(e.ready) == 0 {
				return true
			}
			d.again() // after what has happened
			return false
		}
	}
}
