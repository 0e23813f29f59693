//go:build linux

package pidfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// How long an instance may take to react before it counts as hung, and how much
// longer than its own schedule it may take.
const (
	reactionTime = 3 * time.Second
	margin       = 2 * time.Second
)

// legacyTime is how long an instance without a record may take to exit:
// simplevisor-loop reacts within 5 seconds, and then terminates its program.
const legacyTime = 10 * time.Second

// foreignTime is the longest schedule of another user that counts: a user could
// publish one that makes root wait for days.
const foreignTime = 30 * time.Second

// ErrStuck is wrapped if a process of the instance is still alive after a quit.
var ErrStuck = errors.New("still running")

// RequestQuit terminates the instance of the pid file at path. It returns nil if none of
// its processes is left, even if another process terminated them. The Status is that
// before the request.
//
//	ask: write "quit" to the file, and wake a proven instance by SIGTERM
//	  │
//	  ├─ it exits in time ─────────────► done
//	  └─ it is stopped, hung or gone
//	       │
//	     kill it, and terminate its descendants by the schedule
//
// The schedule is that of the caller, else that of the instance, else
// [proctree.DefaultSchedule].
func (in Instances) RequestQuit(ctx context.Context, path string, schedule proctree.Schedule) (Status, error) {
	f, err := open(path, os.O_RDWR)
	readOnly := errors.Is(err, unix.EROFS)
	if readOnly {
		cause := err
		f, err = open(path, os.O_RDONLY)
		if err == nil && in.probe(f, path).State == Dead {
			f.Close()
			err = cause // the file cannot be removed
		}
	}
	if errors.Is(err, fs.ErrPermission) {
		return unknown(0, "%v", err), fmt.Errorf("cannot write to pid file: %w", err)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return absent(path), forgetFailed(path)
	}
	if err != nil {
		return unknown(0, "%v", err), fmt.Errorf("cannot open pid file: %w", err)
	}
	q := &quitter{instances: in, file: f, path: path, schedule: schedule, readOnly: readOnly}
	defer func() { q.file.Close() }()
	before := in.probe(f, path)
	if err := in.rejects(path, before); err != nil {
		return before, err
	}
	switch {
	case before.PID == 0 && before.State == Unknown:
		return before, errors.New(before.Reason)
	case before.State == Dead:
		return before, q.buryDead(ctx, before)
	case before.life.proof == unproven:
		return before, before.life.doubt
	}
	return before, q.quit(ctx, before)
}

type quitter struct {
	instances Instances
	file      *os.File
	path      string
	schedule  proctree.Schedule // nil: none
	old       *Survivors        // processes that a simplevisor-loop may leave
	readOnly  bool              // the file system: send a signal, and keep the file
}

// quit terminates a living instance. It opens the pidfd before it checks the
// proof again, so that the pid cannot be reused in between.
func (q *quitter) quit(ctx context.Context, before Status) error {
	instance, err := proctree.Open(before.PID)
	if errors.Is(err, proctree.ErrGone) {
		return q.buryWithSurvivors(ctx, before.PID)
	}
	if err != nil {
		return err
	}
	defer instance.Close()
	switch now := q.instances.probe(q.file, q.path); {
	case now.PID == 0 && now.State == Unknown:
		return errors.New(now.Reason)
	case now.PID != before.PID || now.State == Dead:
		return q.buryWithSurvivors(ctx, now.PID)
	case now.life.sure:
		if q.old, err = treeOf(instance.Stat); err != nil {
			return err
		}
	}
	if !halted(instance.Stat) {
		if err := q.ask(before.PID); err != nil {
			if e := q.terminate(instance); e != nil {
				return err
			}
		} else {
			q.wake(instance)
		}
		if err := q.await(ctx, instance); err != nil {
			return err
		}
	}
	if !instance.Exited() {
		if err := q.force(ctx, instance); err != nil {
			return err
		}
	}
	if err := q.endOldTree(ctx); err != nil {
		return err
	}
	if here, err := isAt(q.file, q.path); err != nil || !here {
		return err // it removed its file just before its exit
	}
	return q.buryWithSurvivors(ctx, before.PID)
}

// ask writes the request, like simplevisor-loop, if the file still names the
// instance.
func (q *quitter) ask(pid int) error {
	err := exclusively(q.file, func() error {
		c, err := q.instances.readContent(q.file)
		if err != nil || c.PID != pid {
			return err // it is exiting
		}
		return rewrite(q.file, Content{PID: pid, Request: Quit})
	})
	if err != nil {
		return fmt.Errorf("cannot write the request to pid file %q: %w", q.path, err)
	}
	return nil
}

// wake makes the instance read its file now, because it may poll. For every
// svloop SIGTERM means the same as the request, so the second of the two changes
// nothing. Without proof that the process is the instance, or without the right
// to signal it, the request alone must suffice. simplevisor-loop never receives a
// signal here.
func (q *quitter) wake(instance *proctree.Handle) {
	info, err := q.file.Stat()
	if err != nil || mayBelieve(info, proctree.Table{instance.Stat}) != nil {
		return
	}
	if holds, err := holdsLock(q.file, instance.PID); holds && err == nil {
		_ = instance.Signal(syscall.SIGTERM)
	}
}

// terminate sends SIGTERM, which an instance treats as a request to quit.
func (q *quitter) terminate(instance *proctree.Handle) error {
	info, err := q.file.Stat()
	if err != nil {
		return err
	}
	if err := mayBelieve(info, proctree.Table{instance.Stat}); err != nil {
		return err
	}
	if err := q.instances.mayEnd(q.file, q.path, instance.PID); err != nil {
		return err
	}
	return instance.Signal(syscall.SIGTERM)
}

// await waits for the exit of the instance as long as the instance makes
// progress.
func (q *quitter) await(ctx context.Context, instance *proctree.Handle) error {
	asked := time.Now()
	for {
		step, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		err := instance.Wait(step)
		cancel()
		if err == nil || ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if s, err := proctree.ReadStat(instance.PID); err == nil && halted(s) {
			return nil
		}
		record := readRecord(instance.PID)
		if time.Since(asked) < q.patience(record) {
			continue
		}
		if record != nil && record.Stopping && !q.scheduleOf(record).Kills() {
			return fmt.Errorf("%w: pid %d waits for its program, and %q does not kill", ErrStuck, instance.PID, record.KillSpec)
		}
		return nil
	}
}

// halted reports whether a signal has stopped the process, so that it does not
// react. A tracer also stops it, but only briefly.
func halted(s proctree.Stat) bool { return s.Stopped() && s.State != 't' }

// patience is how long an instance with this record may live after the request.
func (q *quitter) patience(r *Record) time.Duration {
	switch {
	case r == nil:
		return legacyTime
	case !r.Stopping:
		return reactionTime
	}
	// The schedule is applied to the process group, then to the remaining
	// processes.
	return reactionTime + 2*q.scheduleOf(r).Total() + margin
}

// scheduleOf returns the schedule of the instance, if it can be trusted: another
// user may publish any schedule. In that case it returns the schedule of the
// caller, or that of the other user if it is short.
func (q *quitter) scheduleOf(r *Record) proctree.Schedule {
	if r != nil && r.foreign && q.schedule != nil {
		return q.schedule
	}
	if r != nil {
		if s, err := proctree.ParseSchedule(r.KillSpec); err == nil && (!r.foreign || s.Total() <= foreignTime) {
			return s
		}
	}
	s, _ := proctree.ParseSchedule(proctree.DefaultSchedule)
	return s
}

// force kills an instance that does not react, and terminates its descendants. It
// collects them before, because the orphans of a dead instance have another
// parent.
func (q *quitter) force(ctx context.Context, instance *proctree.Handle) error {
	info, err := q.file.Stat()
	if err != nil {
		return err
	}
	table, err := proctree.Snapshot()
	if err != nil {
		return err
	}
	tree := table.Descendants(instance.PID)
	if err := mayBelieve(info, append(tree[:len(tree):len(tree)], instance.Stat)); err != nil {
		return err
	}
	if err := q.instances.mayEnd(q.file, q.path, instance.PID); err != nil {
		return err
	}
	if q.schedule == nil {
		q.schedule = q.scheduleOf(readRecord(instance.PID))
	}
	if err := instance.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, proctree.ErrGone) {
		return err
	}
	dying, cancel := context.WithTimeoutCause(ctx, reactionTime, ErrStuck)
	defer cancel()
	if err := instance.Wait(dying); err != nil {
		return fmt.Errorf("cannot kill process %d: %w", instance.PID, err)
	}
	return q.end(ctx, proctree.Listed(tree))
}

// buryWithSurvivors finds the processes that the dead instance left, before it is
// buried. pid is 0 for an empty file. A [Status] does not include unproven
// survivors.
func (q *quitter) buryWithSurvivors(ctx context.Context, pid int) error {
	if pid == 0 {
		return q.bury(ctx, 0, nil)
	}
	left, err := findSurvivors(q.file, q.path, pid)
	return q.buryDead(ctx, Status{PID: pid, left: left, Err: err})
}

// buryDead does the same for an instance that a probe found dead just now, with the
// processes that the probe found.
func (q *quitter) buryDead(ctx context.Context, dead Status) error {
	if dead.Err != nil {
		return notEnded(dead.PID, dead.Err)
	}
	return q.bury(ctx, dead.PID, dead.left)
}

// bury terminates the processes that a dead instance left, and removes its file.
func (q *quitter) bury(ctx context.Context, pid int, left *Survivors) error {
	if left != nil {
		if !left.Proven {
			return fmt.Errorf("%w: %s in session %d of %q", ErrUnproven, left, left.Instance, q.path)
		}
		if err := q.end(ctx, left.Targets()); err != nil {
			return err
		}
	}
	if q.readOnly {
		return nil
	}
	if now, locked := q.lockedAnew(pid); locked {
		// Another instance is starting and has locked the file, or the instance
		// is not dead. Do not remove the file.
		return &HeldError{Path: q.path, PID: now}
	}
	if here, err := isAt(q.file, q.path); err != nil || !here {
		return err
	}
	if err := errors.Join(forgetFailed(q.path), removeWithNotes(q.path)); err != nil {
		return fmt.Errorf("cannot remove pid file: %w", err)
	}
	return nil
}

// lockedAnew takes the lock. If another process holds it, it returns true and the
// pid in the file. A dead instance takes a moment to release the lock: see
// [letGo].
func (q *quitter) lockedAnew(dead int) (now int, locked bool) {
	for deadline := time.Now().Add(reactionTime); ; time.Sleep(exclusiveRetry) {
		var err error
		if q.file, err = q.instances.lockOrReplace(q.file, q.path); !errors.Is(err, errLocked) {
			return 0, false
		}
		if c, err := q.instances.readContent(q.file); err != nil || c.PID != dead || time.Now().After(deadline) {
			return c.PID, true
		}
	}
}

// end terminates processes by the schedule, and waits for a limited time after the last
// signal.
func (q *quitter) end(ctx context.Context, t proctree.Targets) error {
	schedule := q.schedule
	if schedule == nil {
		schedule = q.scheduleOf(nil)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, schedule.Total()+reactionTime+margin, ErrStuck)
	defer cancel()
	return proctree.Stop(ctx, t, schedule, nil)
}
