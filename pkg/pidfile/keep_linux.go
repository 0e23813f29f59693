package pidfile

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// TouchInterval is how often an instance touches its file.
const TouchInterval = 25 * time.Second

// How often an instance looks at its file.
const (
	// repairInterval is for a file that could not be put right.
	repairInterval = time.Second
	// pollInterval is for a file whose changes the kernel does not announce: no
	// inotify instance is left (128 for a user is the kernel's default), or the
	// file is on NFS. [RequestQuit] wakes the instance. The old tool does not,
	// and waits 5 seconds for the end.
	pollInterval = 2 * time.Second
)

// Event is what happened to the pid file of this instance: somebody asked for
// something, or something was wrong.
type Event struct {
	// Request is the word that somebody wrote: [Quit], or one that means
	// nothing.
	Request string
	// Err wraps [ErrRestored] when the file was changed, removed or replaced
	// and is in order again. A [HeldError] means that another instance was
	// faster, and that this one must end. Any other is reported once, and the
	// repair tried again every second.
	Err error
}

// Keep touches the file, restores it when it is changed, removed or replaced,
// and reports requests, until the context is done. It sleeps in between:
// changes are announced by inotify(7).
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
	request string // the last one, reported once
	trouble error  // the last one, reported once
	blind   bool   // since the last look there was a time without a watch
}

// look inspects and reports; false means that the context is done.
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
	if restored {
		k.trouble = nil
	}
	if !news || request == "" && err == nil {
		return true
	}
	if request == Quit && k.alarm != nil {
		k.alarm.retire()
	}
	select {
	case k.events <- Event{Request: request, Err: err}:
		return true
	case <-ctx.Done():
		return false
	}
}

// sleep waits until there is something to look at, and touches the file when it
// is time; false means that the context is done.
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
			// Failure shows as a time stamp that grows old; there is nobody to
			// tell every 25 seconds.
			_ = k.file.Touch()
		}
		if same := k.undisturbed(); changed || !same {
			return true
		}
	}
}

// undisturbed reports whether the file is where it was, and puts a wrong time
// stamp right.
func (k *keeper) undisturbed() bool {
	k.file.mu.Lock()
	defer k.file.mu.Unlock()
	same, touched := stillAt(k.file.file, k.path)
	if age := time.Since(touched); same && (age > TouchInterval+time.Second || age < -time.Second) {
		// The clock was set, or somebody has set the stamp: by an old one the
		// instance would be stuck for the old tool.
		_ = touch(k.file.file)
	}
	return same
}

// watch begins to watch the file that is open now. On NFS nothing announces
// what another host does.
func (k *keeper) watch() {
	f := k.file
	f.mu.Lock()
	defer f.mu.Unlock()
	path, err := unix.BytePtrFromString(f.path)
	if err != nil || control(f.file, localOnly) != nil {
		return
	}
	if a, err := newAlarm(f.file, TouchInterval); err == nil {
		k.alarm, k.path = a, path
	}
}

func (k *keeper) unwatch() {
	if k.alarm != nil {
		k.alarm.close()
		k.alarm = nil
	}
}
