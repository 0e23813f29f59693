package pidfile

import (
	"context"
	"encoding/binary"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// alarm wakes its one waiter when the file changes, by inotify(7), in regular
// intervals, by a timerfd_create(2), and when the clock is set, by another.
//
// It is for a process that sleeps most of the time, and wakes one thread, once
// for each time. A timer of Go's would wake that thread and four times the one
// with which the runtime watches itself, and so would every system call that the
// runtime is told of. Hence the raw ones; none of them waits.
type alarm struct {
	all     *os.File // epoll(7) of the three
	inotify int
	timer   int
	clock   int
	mark    int // the watch of the file
	buf     [1024]byte
}

// watched are the events that matter: content, and links (a file that is
// removed while open loses its link and stays). A touch is one of the second
// kind too.
const watched = unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_MOVE_SELF

// newAlarm watches the file that is open, by its descriptor. A process or user
// may have no inotify instance or descriptor left for that.
func newAlarm(file *os.File, interval time.Duration) (*alarm, error) {
	a := &alarm{inotify: -1, timer: -1, clock: -1}
	if err := a.set(file, interval); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *alarm) set(file *os.File, interval time.Duration) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	// The runtime waits for a descriptor only when it does not block.
	if err := unix.SetNonblock(epoll, true); err != nil {
		unix.Close(epoll)
		return err
	}
	a.all = os.NewFile(uintptr(epoll), "alarm")
	if a.inotify, err = unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK); err != nil {
		return err
	}
	err = control(file, func(fd int) error {
		a.mark, err = unix.InotifyAddWatch(a.inotify, "/proc/self/fd/"+strconv.Itoa(fd), watched)
		return err
	})
	if err != nil {
		return err
	}
	// A clock that goes on while the machine is suspended.
	if a.timer, err = unix.TimerfdCreate(unix.CLOCK_BOOTTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return err
	}
	regular := unix.NsecToTimespec(interval.Nanoseconds())
	if err := unix.TimerfdSettime(a.timer, 0, &unix.ItimerSpec{Interval: regular, Value: regular}, nil); err != nil {
		return err
	}
	if a.clock, err = newClockWatch(); err != nil {
		return err
	}
	for _, fd := range []int{a.inotify, a.timer, a.clock} {
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
			return err
		}
	}
	return nil
}

// wait returns when it is time, or the clock was set, or something has happened to the file:
// changed says that it was more than what a touch does. It returns an error
// when the context is done.
func (a *alarm) wait(ctx context.Context) (itIsTime, changed bool, err error) {
	conn, err := a.all.SyscallConn()
	if err != nil {
		return false, false, err
	}
	stop := context.AfterFunc(ctx, a.interrupt)
	defer stop()
	happened := false
	err = conn.Read(func(uintptr) bool {
		itIsTime = a.read(a.timer) > 0 || a.clockWasSet()
		if n := a.read(a.inotify); n > 0 {
			happened = true
			changed = !onlyAttributes(a.buf[:n])
		}
		return itIsTime || happened
	})
	return itIsTime, changed, err
}

// newClockWatch makes a timer that never expires, and is cancelled when the clock
// makes a step: the old tool compares it with the time stamp of the file.
func newClockWatch() (fd int, err error) {
	fd, err = unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return -1, err
	}
	never := unix.ItimerSpec{Value: unix.Timespec{Sec: 1 << 33}} // the year 2242
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &never, nil); err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func (a *alarm) clockWasSet() bool {
	_, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(a.clock), uintptr(unsafe.Pointer(&a.buf)), uintptr(len(a.buf)))
	return errno == unix.ECANCELED
}

func (a *alarm) read(fd int) int {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&a.buf)), uintptr(len(a.buf)))
	if errno != 0 {
		return 0
	}
	return int(n)
}

// interrupt ends the wait.
func (a *alarm) interrupt() { _ = a.all.SetReadDeadline(time.Unix(1, 0)) }

// onlyAttributes reports whether no event says more than that attributes of
// the file have changed: times, mode, the number of links.
func onlyAttributes(events []byte) bool {
	for len(events) >= unix.SizeofInotifyEvent {
		mask := binary.NativeEndian.Uint32(events[4:])
		if mask != unix.IN_ATTRIB {
			return false
		}
		length := binary.NativeEndian.Uint32(events[12:])
		events = events[unix.SizeofInotifyEvent+length:]
	}
	return true
}

// retire takes the watch back when the instance is about to end. The kernel
// takes some 3 ms to free it in the background, and would hold up the end of
// the process for 8 ms if it began only then (measured on Linux 6.18).
func (a *alarm) retire() { _, _ = unix.InotifyRmWatch(a.inotify, uint32(a.mark)) }

// close gives back what there is, which may be a part.
func (a *alarm) close() {
	if a.all != nil {
		a.all.Close()
	}
	for _, fd := range []int{a.inotify, a.timer, a.clock} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// stillAt reports whether the open file is the one at path, as [isAt] does, and
// when it was touched last, by raw system calls. When it cannot tell it says no.
func stillAt(f *os.File, path *byte) (same bool, touched time.Time) {
	var there, here unix.Statx_t
	err := control(f, func(fd int) error {
		if err := rawStatx(fd, new(byte), unix.AT_EMPTY_PATH, &here); err != nil {
			return err
		}
		return rawStatx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, &there)
	})
	same = err == nil && here.Ino == there.Ino && here.Dev_major == there.Dev_major && here.Dev_minor == there.Dev_minor
	return same, time.Unix(here.Mtime.Sec, int64(here.Mtime.Nsec))
}

func rawStatx(dir int, path *byte, flags int, st *unix.Statx_t) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_STATX, uintptr(dir), uintptr(unsafe.Pointer(path)),
		uintptr(flags), unix.STATX_INO|unix.STATX_MTIME, uintptr(unsafe.Pointer(st)), 0)
	if errno != 0 {
		return syscall.Errno(errno)
	}
	return nil
}
