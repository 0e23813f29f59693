package pidfile

import (
	"context"
	"errors"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// TouchInterval is how often an instance touches its file.
const TouchInterval = 25 * time.Second

// pollInterval is how often an instance looks at its file when the kernel
// cannot announce changes: no inotify instance is left (128 for a user is the
// kernel's default), or the file is missing and could not be made again.
const pollInterval = time.Second

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

// watched are the events that matter: content, and links (a file that is
// removed while open loses its link and stays). A touch is one of the second
// kind too.
const watched = unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_MOVE_SELF

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
	inotify *os.File // nil: poll
	mark    int      // the watch in it
	request string   // the last one, reported once
	trouble error    // the last one, reported once
}

// look inspects and reports; false means that the context is done.
func (k *keeper) look(ctx context.Context) bool {
	request, err := k.file.inspect()
	restored := errors.Is(err, ErrRestored)
	if restored {
		k.unwatch()
		k.watch()
	}
	news := request != k.request || err != nil && (restored || k.trouble == nil || err.Error() != k.trouble.Error())
	k.request, k.trouble = request, err
	if restored {
		k.trouble = nil
	}
	if !news || request == "" && err == nil {
		return true
	}
	if request == Quit {
		k.retire()
	}
	select {
	case k.events <- Event{Request: request, Err: err}:
		return true
	case <-ctx.Done():
		return false
	}
}

// sleep waits for a change or for the time to touch the file; false means that
// the context is done.
func (k *keeper) sleep(ctx context.Context) bool {
	if k.inotify == nil || k.trouble != nil {
		timer := time.NewTimer(pollInterval)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
		_ = k.file.Touch()
		return true
	}
	_ = k.inotify.SetReadDeadline(time.Now().Add(TouchInterval))
	stop := context.AfterFunc(ctx, func() { _ = k.inotify.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var buf [1024]byte
	if _, err := k.inotify.Read(buf[:]); errors.Is(err, os.ErrDeadlineExceeded) {
		// Failure shows as a time stamp that grows old; there is nobody to
		// tell every 25 seconds.
		_ = k.file.Touch()
	}
	return ctx.Err() == nil
}

// watch begins to watch the file that is open now, by its descriptor.
func (k *keeper) watch() {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return
	}
	f := k.file
	f.mu.Lock()
	defer f.mu.Unlock()
	err = control(f.file, func(file int) error {
		var err error
		k.mark, err = unix.InotifyAddWatch(fd, "/proc/self/fd/"+strconv.Itoa(file), watched)
		return err
	})
	if err != nil {
		unix.Close(fd)
		return
	}
	k.inotify = os.NewFile(uintptr(fd), "inotify")
}

// retire takes the watch back when the instance is about to end. The kernel
// takes some 3 ms to free it in the background, and would hold up the end of
// the process for 8 ms if it began only then (measured on Linux 6.18).
func (k *keeper) retire() {
	if k.inotify != nil {
		_ = control(k.inotify, func(fd int) error {
			_, err := unix.InotifyRmWatch(fd, uint32(k.mark))
			return err
		})
	}
}

func (k *keeper) unwatch() {
	if k.inotify != nil {
		k.inotify.Close()
		k.inotify = nil
	}
}
