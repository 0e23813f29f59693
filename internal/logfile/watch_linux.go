package logfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Watcher waits for changes of log files. Without inotify(7), for which each user has a
// limit, and for a file whose directory does not exist yet, it looks every second.
type Watcher struct {
	fd      int
	inotify *os.File // fd, which does not block; nil: there is none
	watched map[int32]map[*File]bool
	blind   map[*File]bool // files that inotify does not cover
}

// blindTime is the time between two looks at a file that inotify does not cover.
const blindTime = time.Second

// NewWatcher returns a watcher. Close it after use.
func NewWatcher() *Watcher {
	w := &Watcher{watched: make(map[int32]map[*File]bool), blind: make(map[*File]bool)}
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
	covered := true
	if f.cur != nil {
		covered = w.add(fmt.Sprintf("/proc/self/fd/%d", f.cur.Fd()), unix.IN_MODIFY, f)
	}
	w.add(f.path, unix.IN_MODIFY, f)
	w.add(f.path+".1", unix.IN_MODIFY, f)
	dirs := []string{filepath.Dir(f.path)}
	if real, err := filepath.EvalSymlinks(f.path); err == nil && filepath.Dir(real) != dirs[0] {
		dirs = append(dirs, filepath.Dir(real))
	}
	for _, dir := range dirs {
		covered = w.add(dir, unix.IN_CREATE|unix.IN_MOVED_TO|unix.IN_ONLYDIR, f) && covered
	}
	if covered {
		delete(w.blind, f)
	} else {
		w.blind[f] = true
	}
}

// add watches a file or directory for a log. It returns false if that is not possible.
func (w *Watcher) add(path string, events uint32, f *File) bool {
	if w.inotify == nil {
		return false
	}
	n, err := unix.InotifyAddWatch(w.fd, path, events)
	if err != nil {
		return false
	}
	id := int32(n)
	if w.watched[id] == nil {
		w.watched[id] = make(map[*File]bool)
	}
	w.watched[id][f] = true
	return true
}

// Wait waits until logs may have changed, and returns these.
func (w *Watcher) Wait() ([]*File, error) {
	changed := make(map[*File]bool)
	for len(changed) == 0 {
		if w.inotify == nil {
			time.Sleep(blindTime)
		} else if err := w.read(changed); err != nil {
			return nil, err
		}
		for f := range w.blind {
			changed[f] = true
		}
	}
	all := make([]*File, 0, len(changed))
	for f := range changed {
		all = append(all, f)
	}
	return all, nil
}

// read waits for events of inotify, for a limited time if it does not cover each file.
func (w *Watcher) read(changed map[*File]bool) error {
	until := time.Time{}
	if len(w.blind) > 0 {
		until = time.Now().Add(blindTime)
	}
	if err := w.inotify.SetReadDeadline(until); err != nil {
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
			for _, files := range w.watched {
				for f := range files {
					changed[f] = true
				}
			}
		}
		for f := range w.watched[event.Wd] {
			changed[f] = true
		}
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
