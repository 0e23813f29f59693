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

// alarm wakes its one waiter when the file changes (inotify(7)), at regular
// intervals (timerfd_create(2)), and when the system clock is set (another
// timer).
//
// It is for a process that sleeps most of the time: it wakes one thread once per
// event. A Go timer would wake that thread, and wake the monitoring thread of the
// runtime four times, as would every system call that the runtime is told of.
// Therefore the system calls are raw. None of them blocks.
type alarm struct {
	all     *os.File // epoll(7) on the three descriptors
	inotify int
	timer   int
	clock   int
	mark    int // the watch of the file
	buf     [1024]byte
}

// watched are the relevant events: changes of the content, and of links (a file
// that is removed while it is open loses its link). A touch is an event of the
// second kind too.
const watched = unix.IN_MODIFY | unix.IN_ATTRIB | unix.IN_MOVE_SELF

// newAlarm watches the open file by its descriptor. The interval 0 is endless. It fails if the process or
// the user has no inotify instance or descriptor left.
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
	// The runtime polls only non-blocking descriptors.
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
	// This clock also runs while the machine is suspended.
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

// wait returns when the interval is over, when the clock was set, or when the
// file has changed. changed is false if the file was only touched. wait returns
// an error if the context is done.
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

// newClockWatch returns a timer that never expires, and is cancelled when the
// clock is set. simplevisor-loop compares the clock with the timestamp of the
// file.
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

// interrupt makes wait return.
func (a *alarm) interrupt() { _ = a.all.SetReadDeadline(time.Unix(1, 0)) }

// onlyAttributes reports whether all events are changes of attributes: times,
// mode, or the number of links.
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

// retire removes the watch when the instance is about to exit. The kernel needs
// about 3 ms to free it in the background. If it started only at the exit, it
// would delay the exit by 8 ms (measured on Linux 6.18).
func (a *alarm) retire() { _, _ = unix.InotifyRmWatch(a.inotify, uint32(a.mark)) }

// close closes all descriptors that exist.
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

// stillAt reports, with raw system calls, whether the open file is the one at
// path (see [isAt]), and when it was last touched. After an error it returns
// false.
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
