package logfile

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Watcher waits for changes of log files. It also polls each file every second:
// inotify(7) has a limit for each user, sees no directory that appears or is replaced, if
// only by a symbolic link, and no write of another host.
type Watcher struct {
	fd      int
	inotify *os.File // fd, which does not block; nil: there is none
	watched map[int32]map[*File]bool
	files   map[*File]bool
	next    time.Time // when all files are looked at
}

// lookTime is the time between two looks at a file for which there is no event.
const lookTime = time.Second

// NewWatcher returns a watcher. Close it after use.
func NewWatcher() *Watcher {
	w := &Watcher{watched: make(map[int32]map[*File]bool), files: make(map[*File]bool), next: time.Now().Add(lookTime)}
	if fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK); err == nil {
		w.fd = fd
		w.inotify = os.NewFile(uintptr(fd), "inotify")
	}
	return w
}

// Watch watches a log: the file that is read, the one that a rotation has put in its place,
// and the last one before. Call it before the log is read, and again before each Wait:
// changes after the call are not missed.
func (w *Watcher) Watch(f *File) {
	w.files[f] = true
	if w.inotify == nil {
		return
	}
	if f.cur != nil {
		w.add(fmt.Sprintf("/proc/self/fd/%d", f.cur.Fd()), unix.IN_MODIFY, f)
	}
	w.add(f.path, unix.IN_MODIFY, f)
	w.add(f.path+".1", unix.IN_MODIFY, f)
	dirs := []string{filepath.Dir(f.path)}
	if real, err := filepath.EvalSymlinks(f.path); err == nil && filepath.Dir(real) != dirs[0] {
		dirs = append(dirs, filepath.Dir(real))
	}
	for _, dir := range dirs {
		w.add(dir, unix.IN_CREATE|unix.IN_MOVED_TO|unix.IN_ONLYDIR, f)
	}
}

// add watches a file or directory for a log, if that is possible.
func (w *Watcher) add(path string, events uint32, f *File) {
	n, err := unix.InotifyAddWatch(w.fd, path, events)
	if err != nil {
		return
	}
	id := int32(n)
	if w.watched[id] == nil {
		w.watched[id] = make(map[*File]bool)
	}
	w.watched[id][f] = true
}

// Wait waits until logs may have changed, and returns these.
func (w *Watcher) Wait() ([]*File, error) {
	changed := make(map[*File]bool)
	for len(changed) == 0 {
		if w.inotify == nil {
			time.Sleep(time.Until(w.next))
		} else if err := w.read(changed); err != nil {
			return nil, err
		}
		if now := time.Now(); !now.Before(w.next) {
			w.next = now.Add(lookTime)
			maps.Copy(changed, w.files)
		}
	}
	return slices.Collect(maps.Keys(changed)), nil
}

// read waits for events of inotify until it is time to look at all files.
func (w *Watcher) read(changed map[*File]bool) error {
	if err := w.inotify.SetReadDeadline(w.next); err != nil {
		return err
	}
	buf := make([]byte, 16<<10)
	n, err := w.inotify.Read(buf)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	if err != nil {
		return err
	}
	for buf = buf[:n]; len(buf) >= unix.SizeofInotifyEvent; {
		event := (*unix.InotifyEvent)(unsafe.Pointer(&buf[0]))
		end := unix.SizeofInotifyEvent + int(event.Len)
		buf = buf[end:]
		if event.Mask&unix.IN_Q_OVERFLOW != 0 {
			maps.Copy(changed, w.files)
		}
		maps.Copy(changed, w.watched[event.Wd])
		if event.Mask&unix.IN_IGNORED != 0 { // the file was removed
			delete(w.watched, event.Wd)
		}
	}
	return nil
}

// Close ends the watches. A Wait meanwhile returns an error.
func (w *Watcher) Close() {
	if w.inotify != nil {
		w.inotify.Close()
	}
}

// Closed returns a channel that is closed when the reader of a pipe has closed it.
func Closed(pipe *os.File) <-chan struct{} {
	closed := make(chan struct{})
	fd := int(pipe.Fd())
	go func() {
		for {
			fds := []unix.PollFd{{Fd: int32(fd)}}
			if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
				return
			}
			if fds[0].Revents != 0 {
				close(closed)
				return
			}
		}
	}()
	return closed
}
