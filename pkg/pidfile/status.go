//go:build linux

package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/proctree"
)

// Status is the state of the instance of a pid file.
type Status struct {
	State     State
	PID       int        // of the instance, as the file has it; 0 if it has none
	Reason    string     // the state and its cause, for people
	Survivors *Survivors // the proven processes that a dead instance left running, or nil

	// Err is the reason if the state could not be determined, or if the processes that a
	// dead instance left could not be searched for. It is nil if the file itself is the
	// reason.
	Err error

	record *Record
	life   life
	left   *Survivors // proven or not, if the instance is dead
}

// Code returns the exit status of the status action.
func (s Status) Code() lsb.Status { return s.State.LSB() }

// Probe returns the state of the instance of the pid file at path. It changes nothing
// and needs only the right to read the file.
func (in Instances) Probe(path string) Status {
	f, err := openSettled(path)
	if errors.Is(err, fs.ErrNotExist) {
		return absent(path)
	}
	if err != nil {
		return undetermined(0, err, "%v")
	}
	defer f.Close()
	s := in.probe(f, path)
	if here, err := isAt(f, path); s.State == Dead && err == nil && !here {
		return in.Probe(path) // it has exited in the meantime, or was restarted
	}
	return s
}

// openSettled opens the file. It retries briefly while the file is being created,
// because other users cannot read a file before it is locked.
func openSettled(path string) (*os.File, error) {
	for deadline := time.Now().Add(100 * time.Millisecond); ; time.Sleep(exclusiveRetry) {
		f, err := open(path, os.O_RDONLY)
		if !errors.Is(err, fs.ErrPermission) || time.Now().After(deadline) {
			return f, err
		}
		if info, e := os.Lstat(path); e == nil && info.Size() > 0 {
			return f, err
		}
	}
}

func (in Instances) probe(f *os.File, path string) Status {
	c, locked, err := in.settledContent(f)
	switch {
	case errors.Is(err, ErrMalformed):
		return unknown(0, "%q is %v", path, err)
	case err != nil:
		return undetermined(0, fmt.Errorf("cannot read %q: %w", path, err), "%v")
	}
	switch {
	case c.PID == 0 && locked:
		return unknown(0, "an instance holds %q and has not written its pid", path)
	case c.PID == 0:
		return Status{State: Dead, Reason: "dead, the pid file is empty"}
	}
	switch l, err := in.examine(f, path, c.PID, locked); {
	case err != nil:
		return undetermined(c.PID, err, "unknown: %v")
	case l.proof == isOld || l.proof == proven:
		return l.fresh(f, path, c.PID)
	case l.proof == mayBeOld || l.proof == unproven:
		s := unknown(c.PID, "unknown: %v", l.doubt)
		s.life = l
		return s
	}
	if locked && !letGo(f) {
		return unknown(c.PID, "not visible from this PID namespace, but %q is locked", path)
	}
	s := Status{State: Dead, PID: c.PID, Reason: "dead, but its pid file exists"}
	s.left, s.Err = findSurvivors(f, path, c.PID)
	switch {
	case s.Err != nil:
		s.Reason = fmt.Sprintf("%s (%v)", s.Reason, s.Err)
	case s.left != nil && s.left.Proven:
		s.Survivors = s.left
		s.Reason = fmt.Sprintf("dead, and left running: %s", s.left)
	}
	return s
}

// settledContent reads the file. It retries for a while if the content is
// malformed, because a writer may truncate the file before it writes.
func (in Instances) settledContent(f *os.File) (c Content, locked bool, err error) {
	for deadline := time.Now().Add(100 * time.Millisecond); ; time.Sleep(exclusiveRetry) {
		locked, err = lockedForLife(f)
		if err != nil && !errors.Is(err, errNoLifeLock) {
			return c, false, err
		}
		c, err = in.readContent(f)
		if err == nil && c.PID != 0 || time.Now().After(deadline) {
			return c, locked, err
		}
	}
}

// letGo waits until the lock of an instance is released whose process does not
// exist. A dead instance holds it until its last thread has exited, which takes a
// while on a busy machine. An instance in another PID namespace or on another
// host does not release it.
func letGo(f *os.File) bool {
	for deadline := time.Now().Add(time.Second); ; time.Sleep(exclusiveRetry) {
		if locked, err := lockedForLife(f); !locked || err != nil {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// exists reports whether the process exists and is not exiting.
func exists(pid int) (bool, error) {
	dying, err := proctree.Dying(pid)
	return !dying && err == nil, err
}

// fresh returns the state of a living instance, which is stuck if it has not been
// active for too long.
func (l life) fresh(f *os.File, path string, pid int) Status {
	age, err := l.silence(f, path, pid)
	if err != nil {
		return undetermined(pid, err, "unknown: %v")
	}
	if age > Freshness {
		s := unknown(pid, "stuck: it has not touched its pid file for %s", age.Round(time.Second))
		s.State, s.life = Stuck, l
		return s
	}
	s := Status{State: Running, PID: pid, record: readRecord(pid), life: l}
	switch {
	case s.record != nil:
		s.State = s.record.state()
	case l.beat.pid == pid && l.beat.waiting:
		s.State = Restarting // the caller may not read the reason
	}
	s.Reason = s.record.describe(s.State, time.Now())
	return s
}

// silence is the time since the last beat. Without a heartbeat, or if a signal
// has stopped the instance, it is the time since the last touch of the file.
// After a suspend the heartbeat is old, so silence waits briefly for the next
// beat.
func (l life) silence(f *os.File, path string, pid int) (time.Duration, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if l.beat.pid == 0 {
		return time.Since(info.ModTime()), nil
	}
	for deadline := time.Now().Add(wakeTime); ; time.Sleep(exclusiveRetry) {
		age := l.beat.age(ticksNow())
		if halted(l.stat) {
			return max(age, time.Since(info.ModTime())), nil
		}
		if age <= Freshness || time.Now().After(deadline) {
			return age, nil
		}
		if beat, err := readHeartbeat(path, ownerOf(info)); err == nil && beat.pid == pid {
			l.beat = beat
		}
		if s, err := proctree.ReadStat(pid); err == nil {
			l.stat = s
		}
	}
}

// wakeTime is how long an instance may take for a beat after a suspend.
const wakeTime = 500 * time.Millisecond

func unknown(pid int, format string, args ...any) Status {
	return Status{State: Unknown, PID: pid, Reason: fmt.Sprintf(format, args...)}
}

func undetermined(pid int, err error, format string) Status {
	s := unknown(pid, format, err)
	s.Err = err
	return s
}

// Record returns the record of the running instance, or the last record of an
// instance that gave up. It is nil for all others, for simplevisor-loop, and if
// the caller may not read it.
func (s Status) Record() *Record { return s.record }
