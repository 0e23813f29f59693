package pidfile

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// TouchInterval is how often an instance touches its file.
const TouchInterval = 25 * time.Second

// How often an instance checks its file.
const (
	// repairInterval is for a file that could not be restored.
	repairInterval = time.Second
	// pollInterval is for a file whose changes the kernel does not report: the
	// user has no inotify instance left (the default limit is 128), or the file
	// is on NFS. [RequestQuit] wakes the instance. simplevisor-loop does not, and
	// waits 5 seconds for the exit.
	pollInterval = 2 * time.Second
)

// Event is a request to this instance, or a problem with its pid file.
type Event struct {
	// Request is the word in the file: [Quit], or a word without a meaning.
	Request string
	// Err wraps [ErrRestored] if the file was changed, removed or replaced and
	// has been restored. A [HeldError] means that another instance has claimed
	// the path, and that this one must exit. Any other error is reported once,
	// and the repair is retried every second.
	Err error
}

// Keep touches the file, restores it when it is changed, removed or replaced, and
// reports requests, until the context is done. Between events it sleeps:
// inotify(7) reports changes.
func (f *File) Keep(ctx context.Context) <-chan Event {
	events := make(chan Event)
	k := &keeper{file: f, events: events}
	k.watch()
	go func() {
		defer close(events)
		defer k.unwatch()
		for k.look(ctx) && k.sleep(ctx) {
		}
	}()
	return events
}

type keeper struct {
	file    *File
	events  chan<- Event
	alarm   *alarm // nil: poll
	path    *byte  // of the file, for system calls
	request string // the last request, reported once
	trouble error  // the last one, reported once
	blind   bool   // the file was not watched for a time since the last check
}

// look inspects the file and reports events. It returns false if the context is
// done.
func (k *keeper) look(ctx context.Context) bool {
	request, err := k.file.inspect()
	restored := errors.Is(err, ErrRestored)
	if restored {
		k.unwatch()
		k.watch()
		k.blind = true
	}
	news := request != k.request || err != nil && (restored || k.trouble == nil || err.Error() != k.trouble.Error())
	k.request, k.trouble = request, err
	if k.file.instances.Lines {
		k.request = "" // it was removed from the file: the same one is a new one
	}
	if restored {
		k.trouble = nil
	}
	if !news || request == "" && err == nil {
		return true
	}
	if request == Quit && k.alarm != nil && !k.file.instances.Lines {
		k.alarm.retire()
	}
	select {
	case k.events <- Event{Request: request, Err: err}:
		return true
	case <-ctx.Done():
		return false
	}
}

// sleep waits for the next event, and touches the file at each interval. It
// returns false if the context is done.
func (k *keeper) sleep(ctx context.Context) bool {
	if k.blind {
		k.blind = false
		return ctx.Err() == nil
	}
	if k.alarm == nil || k.trouble != nil {
		interval := pollInterval
		if k.trouble != nil {
			interval = repairInterval
		}
		timer := time.NewTimer(interval)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
		_ = k.file.Touch()
		return true
	}
	for {
		itIsTime, changed, err := k.alarm.wait(ctx)
		if err != nil {
			return ctx.Err() == nil
		}
		if itIsTime {
			// A failure is visible as an old timestamp. It is not reported every
			// 25 seconds.
			_ = k.file.Touch()
		}
		if same := k.undisturbed(); changed || !same {
			return true
		}
	}
}

// undisturbed reports whether the file is still at its path, and corrects a wrong
// timestamp.
func (k *keeper) undisturbed() bool {
	k.file.mu.Lock()
	defer k.file.mu.Unlock()
	same, touched := stillAt(k.file.file, k.path)
	if age := time.Since(touched); same && !k.file.instances.OwnTouch && (age > TouchInterval+time.Second || age < -time.Second) {
		// The clock was set, or a program has set the timestamp. For
		// simplevisor-loop, an old timestamp means that the instance is stuck.
		_ = touch(k.file.file)
	}
	return same
}

// watch starts to watch the open file. On NFS, changes by another host are not
// reported.
func (k *keeper) watch() {
	f := k.file
	f.mu.Lock()
	defer f.mu.Unlock()
	path, err := unix.BytePtrFromString(f.path)
	if err != nil || control(f.file, localOnly) != nil {
		return
	}
	interval := TouchInterval
	if f.instances.OwnTouch {
		interval = 0
	}
	if a, err := newAlarm(f.file, interval); err == nil {
		k.alarm, k.path = a, path
	}
}

func (k *keeper) unwatch() {
	if k.alarm != nil {
		k.alarm.close()
		k.alarm = nil
	}
}
