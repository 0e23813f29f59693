package supervisor

import (
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// watcher is where the event loop waits: an epoll(7) on a pidfd for each watched process,
// on a timer (timerfd_create(2)), and on an eventfd(2) by which other goroutines wake the
// loop.
//
// A supervisor sleeps most of the time. A Go timer, or a system call that is not
// raw, wakes several threads of the Go runtime. Therefore the system calls of an idle
// supervisor are raw. None of them blocks.
type watcher struct {
	all    *os.File // the epoll, which the poller of the runtime watches
	epoll  int
	timer  int
	wakeup int       // the eventfd
	due    time.Time // of the timer
	ready  [64]unix.EpollEvent
}

func newWatcher() (*watcher, error) {
	w := &watcher{timer: -1, wakeup: -1}
	if err := w.open(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *watcher) open() (err error) {
	if w.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	// The runtime polls only non-blocking descriptors.
	if err := unix.SetNonblock(w.epoll, true); err != nil {
		unix.Close(w.epoll)
		return err
	}
	w.all = os.NewFile(uintptr(w.epoll), "watcher")
	// This clock also runs while the machine is suspended.
	if w.timer, err = unix.TimerfdCreate(unix.CLOCK_BOOTTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return err
	}
	if w.wakeup, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return err
	}
	for _, fd := range []int{w.timer, w.wakeup} {
		if err := w.add(fd); err != nil {
			return err
		}
	}
	return nil
}

// add watches a descriptor until it is removed.
func (w *watcher) add(fd int) error {
	return unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

// forget ends the watch of a descriptor. A process that is just being started may have a
// copy of it, so closing alone would not end the watch.
func (w *watcher) forget(fd int) { _ = unix.EpollCtl(w.epoll, unix.EPOLL_CTL_DEL, fd, nil) }

// remove does the same, and closes the descriptor.
func (w *watcher) remove(fd int) {
	w.forget(fd)
	unix.Close(fd)
}

// wake wakes the loop. Any goroutine may call it.
func (w *watcher) wake() { _, _ = unix.Write(w.wakeup, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// wait blocks until the time due, until wake is called, or until watched processes exit.
// It returns the descriptors of the processes.
func (w *watcher) wait(due time.Time) (exited []int, err error) {
	w.set(due)
	conn, err := w.all.SyscallConn()
	if err != nil {
		return nil, err
	}
	err = conn.Read(func(uintptr) bool {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(w.epoll), uintptr(unsafe.Pointer(&w.ready)), uintptr(len(w.ready)), 0, 0, 0)
		if errno != 0 || n == 0 {
			return errno == unix.EINTR
		}
		for _, event := range w.ready[:n] {
			switch fd := int(event.Fd); fd {
			case w.timer, w.wakeup:
				drain(fd)
			default:
				exited = append(exited, fd)
			}
		}
		return true
	})
	return exited, err
}

// set sets the timer. The zero time disables it.
func (w *watcher) set(due time.Time) {
	if due.Equal(w.due) {
		return
	}
	w.due = due
	var spec unix.ItimerSpec
	if !due.IsZero() {
		spec.Value = unix.NsecToTimespec(max(1, time.Until(due).Nanoseconds()))
	}
	_, _, _ = unix.RawSyscall6(unix.SYS_TIMERFD_SETTIME, uintptr(w.timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
}

func drain(fd int) {
	var buf [8]byte
	_, _, _ = unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&buf)), uintptr(len(buf)))
}

func (w *watcher) close() {
	if w.all != nil {
		w.all.Close()
	}
	for _, fd := range []int{w.timer, w.wakeup} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// touched returns when a file was touched last, by a raw system call.
func touched(path *byte) (at time.Time, found bool) {
	var st unix.Statx_t
	dir := unix.AT_FDCWD
	_, _, errno := unix.RawSyscall6(unix.SYS_STATX, uintptr(dir), uintptr(unsafe.Pointer(path)),
		unix.AT_SYMLINK_NOFOLLOW, unix.STATX_MTIME, uintptr(unsafe.Pointer(&st)), 0)
	return time.Unix(st.Mtime.Sec, int64(st.Mtime.Nsec)), errno == 0
}

// inode identifies a file.
type inode struct {
	major, minor uint32
	number       uint64
}

// inodeAt returns the inode at a path, by a raw system call.
func inodeAt(path *byte) (at inode, found bool) {
	var st unix.Statx_t
	dir := unix.AT_FDCWD
	_, _, errno := unix.RawSyscall6(unix.SYS_STATX, uintptr(dir), uintptr(unsafe.Pointer(path)),
		unix.AT_SYMLINK_NOFOLLOW, unix.STATX_INO, uintptr(unsafe.Pointer(&st)), 0)
	return inode{st.Dev_major, st.Dev_minor, st.Ino}, errno == 0
}

// openPidfd returns a descriptor that is readable once the process has exited.
func openPidfd(pid int) (int, error) { return unix.PidfdOpen(pid, 0) }

// hasExited reports whether the process of a pidfd has exited.
func hasExited(fd int) bool {
	poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(poll, 0)
		if err != unix.EINTR {
			return n != 0
		}
	}
}

func closeFD(fd int) { unix.Close(fd) }

func pathBytes(path string) *byte {
	p, _ := unix.BytePtrFromString(path)
	return p
}

// watchRemovals returns a watched descriptor that is readable when a file was removed
// from a directory, or replaced in it (inotify(7)).
func (w *watcher) watchRemovals(dir string) (fd int, err error) {
	if fd, err = unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK); err != nil {
		return -1, err
	}
	if _, err = unix.InotifyAddWatch(fd, dir, unix.IN_DELETE|unix.IN_MOVED_TO); err == nil {
		err = w.add(fd)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// clear reads the events of such a descriptor.
func clear(fd int) {
	var buf [4096]byte
	for {
		if n, err := unix.Read(fd, buf[:]); n <= 0 || err != nil {
			return
		}
	}
}
