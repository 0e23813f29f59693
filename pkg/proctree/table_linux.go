package proctree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Table is a snapshot of all processes. It is not atomic: it may contain a
// process that forked in the meantime without its child.
type Table []Stat

// readTable reads the process table: see [Snapshot].
func readTable() ([]Stat, error) {
	names, err := listed()
	if err != nil {
		return nil, fmt.Errorf("cannot read the process table: %w", err)
	}
	table := make([]Stat, 0, len(names))
	var buf [statSize]byte
	for _, name := range names {
		switch s, err := readStat(name, buf[:]); {
		case err == nil:
			table = append(table, s)
		case !errors.Is(err, ErrGone) && !errors.Is(err, ErrHidden):
			return nil, fmt.Errorf("cannot read the process table: %w", err)
		}
	}
	if len(table) == 0 {
		return nil, fmt.Errorf("cannot read the process table: %w", errEmptyProc)
	}
	return table, nil
}

// listed returns the names of the directories of processes in /proc.
func listed() ([]string, error) {
	names, err := numbers("/proc")
	if err == nil && len(names) == 0 {
		err = errEmptyProc // even this process is missing: /proc is not mounted
	}
	return names, err
}

// numbers returns the names in a directory that are numbers, as those of processes and
// threads are.
func numbers(dir string) ([]string, error) {
	// os.Open would prepare the Go runtime for epoll(7), which needs two descriptors more.
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: err}
	}
	f := os.NewFile(uintptr(fd), dir)
	defer f.Close()
	names, err := f.Readdirnames(-1)
	return slices.DeleteFunc(names, func(name string) bool { return name[0] < '1' || name[0] > '9' }), err
}

var errEmptyProc = errors.New("/proc is empty")

// errNoProc is returned if /proc is missing, so that it is unknown which process
// is gone.
var errNoProc = errors.New("/proc does not show it")

// ReadStat reads /proc/PID/stat. It returns [ErrGone] if the kernel reports that
// there is no such process, and [ErrHidden] if the caller may not see it. Any
// other error says nothing about the process.
func ReadStat(pid int) (Stat, error) {
	var buf [statSize]byte
	s, err := readStat(strconv.Itoa(pid), buf[:])
	if errors.Is(err, ErrGone) {
		return s, confirmGone(pid)
	}
	return s, err
}

// confirmGone asks the kernel about a process that is not in /proc: with
// hidepid=2 /proc hides processes of other users, and in a chroot it may be
// missing.
func confirmGone(pid int) error {
	switch unix.Kill(pid, 0) {
	case unix.ESRCH:
		return ErrGone
	case unix.EPERM:
		return ErrHidden
	}
	return fmt.Errorf("cannot examine process %d: %w", pid, errNoProc)
}

// statSize is larger than a stat line: about 50 numbers and a short name.
const statSize = 2048

func readStat(pid string, buf []byte) (Stat, error) {
	s, err := readLine(pid, "stat", buf)
	if err == nil && s.State == 'Z' && s.Threads > 1 {
		return s.throughThread(pid, buf)
	}
	return s, err
}

// readLine makes three system calls where os.ReadFile makes ten, because a table
// may have thousands of processes.
func readLine(pid, name string, buf []byte) (Stat, error) {
	fd, err := openProc(pid, name)
	if err != nil {
		return Stat{}, err
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, buf)
	for errors.Is(err, unix.EINTR) {
		n, err = unix.Read(fd, buf)
	}
	if err != nil {
		return Stat{}, lookError("read", pid, name, err)
	}
	return parseExisting(string(buf[:n]))
}

// parseExisting parses a stat line, and returns [ErrGone] for that of a process that is
// being reaped. The kernel still prints a line for it, but without parent, process group
// and session:
//
//	42 (name) X 0 -1 -1 0 -1 …
func parseExisting(line string) (Stat, error) {
	s, err := ParseStat(line)
	if err == nil && s.Session < 0 {
		return Stat{}, ErrGone
	}
	return s, err
}

// Dying reports whether a process has exited, is exiting or has a pending KILL:
// it keeps its locks and files only for a moment. A process that /proc hides from
// the caller is not known to be dying.
func Dying(pid int) (bool, error) {
	s, err := ReadStat(pid)
	switch {
	case errors.Is(err, ErrHidden):
		return false, nil
	case errors.Is(err, ErrGone):
		return true, nil
	case err != nil:
		return false, err
	}
	return s.Dying()
}

// Dying reports the same of a process whose stat line was read just now.
func (s Stat) Dying() (bool, error) {
	if !s.Alive() || s.Exiting() {
		return true, nil
	}
	pending, err := killPending(strconv.Itoa(s.PID), "status")
	if errors.Is(err, ErrGone) {
		return true, nil
	}
	return pending, err
}

// killPending reports whether KILL is pending for a process or one of its threads.
func killPending(pid, name string) (bool, error) {
	text, err := readAll(pid, name, maxStatus)
	if err != nil {
		return false, err
	}
	const kill = 1 << (unix.SIGKILL - 1)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "SigPnd" && name != "ShdPnd" {
			continue
		}
		if pending, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64); err == nil && pending&kill != 0 {
			return true, nil
		}
	}
	return false, nil
}

// Users returns the real and the saved user id of a process. These users may
// signal it, whatever program it executes (kill(2)). The errors are those of
// [ReadStat].
func Users(pid int) (real, saved int, err error) {
	text, err := readAll(strconv.Itoa(pid), "status", maxStatus)
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		if ids, ok := strings.CutPrefix(line, "Uid:"); ok {
			// real, effective, saved, and file system user id
			_, err := fmt.Sscan(ids, &real, new(int), &saved)
			return real, saved, err
		}
	}
	return 0, 0, fmt.Errorf("no user in the status of process %d", pid)
}

func openProc(pid, name string) (fd int, err error) {
	for {
		fd, err = unix.Open("/proc/"+pid+"/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return fd, lookError("open", pid, name, err)
		}
	}
}

// lookError converts the error of reading a process. Only the two errors that the
// kernel returns for a process that does not exist mean that it is gone.
func lookError(op, pid, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ESRCH):
		return ErrGone
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		// /proc hides the processes of other users (hidepid=1), never those of
		// the caller.
		if n, e := strconv.Atoi(pid); e == nil && unix.Kill(n, 0) == unix.EPERM {
			return ErrHidden
		}
	}
	return &fs.PathError{Op: op, Path: "/proc/" + pid + "/" + name, Err: err}
}

// InSession returns the living members of a session.
func (t Table) InSession(sid int) Table {
	return t.filter(func(s Stat) bool { return s.Session == sid && s.Alive() })
}

// InGroup returns the living members of a process group.
func (t Table) InGroup(pgid int) Table {
	return t.filter(func(s Stat) bool { return s.PGID == pgid && s.Alive() })
}

// Descendants returns the living children of a process, their children, and so
// on, without the process itself.
func (t Table) Descendants(root int) Table {
	children := make(map[int]Table)
	for _, s := range t {
		children[s.PPID] = append(children[s.PPID], s)
	}
	var found Table
	next := children[root]
	delete(children, root)
	for len(next) > 0 {
		s := next[0]
		next = append(next[1:], children[s.PID]...)
		delete(children, s.PID)
		// Reused pids can form a cycle.
		if s.Alive() && s.PID != root {
			found = append(found, s)
		}
	}
	return found
}

// PIDs returns the process ids of the table in its order.
func (t Table) PIDs() []int {
	pids := make([]int, len(t))
	for i, s := range t {
		pids[i] = s.PID
	}
	return pids
}

func (t Table) filter(keep func(Stat) bool) Table {
	var kept Table
	for _, s := range t {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// ticksPerSecond is USER_HZ, the unit of times in /proc, which is 100 on every
// architecture that Go supports (time(7)).
const ticksPerSecond = 100

// ProcessorTime returns the processor time that the process has used. Its resolution is
// 10 ms.
func (s Stat) ProcessorTime() time.Duration {
	return time.Duration(s.Processor) * (time.Second / ticksPerSecond)
}

// ResidentBytes returns the memory of the process in RAM.
func (s Stat) ResidentBytes() uint64 { return s.Resident * uint64(os.Getpagesize()) }

// StartTime returns when the process started, according to the current setting of
// the clock. Its resolution is 10 ms, rounded down.
func (s Stat) StartTime() time.Time {
	return BootTime().Add(time.Duration(s.Start) * (time.Second / ticksPerSecond))
}

// BootTime returns when the kernel started, according to the current setting of
// the clock.
func BootTime() time.Time {
	var up unix.Timespec
	// CLOCK_BOOTTIME exists since Linux 2.6.39 and cannot fail with a valid pointer.
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &up)
	return time.Now().Add(-time.Duration(up.Nano()))
}

// Ticks converts a time to the unit of [Stat.Start].
func Ticks(t time.Time) uint64 {
	return uint64(max(0, t.Sub(BootTime())/(time.Second/ticksPerSecond)))
}
