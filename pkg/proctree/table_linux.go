package proctree

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Table is a picture of all processes. It is not taken at one instant: a
// process that forks while it is being taken may be in it without its child.
type Table []Stat

// Snapshot reads the process table. Processes that end meanwhile are left out.
func Snapshot() (Table, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, fmt.Errorf("cannot read the process table: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("cannot read the process table: %w", err)
	}
	table := make(Table, 0, len(names))
	var buf [statSize]byte
	for _, name := range names {
		if name[0] < '1' || name[0] > '9' {
			continue
		}
		if s, err := readStat(name, buf[:]); err == nil {
			table = append(table, s)
		}
	}
	return table, nil
}

// ReadStat reads /proc/PID/stat. For a process that does not exist the error
// is [os.ErrNotExist] or ESRCH.
func ReadStat(pid int) (Stat, error) {
	var buf [statSize]byte
	return readStat(strconv.Itoa(pid), buf[:])
}

// statSize is more than a stat line has: about 50 numbers and a short name.
const statSize = 2048

// readStat does with three system calls what os.ReadFile does with ten: a
// table may have thousands of lines.
func readStat(pid string, buf []byte) (Stat, error) {
	fd, err := unix.Open("/proc/"+pid+"/stat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return Stat{}, err
	}
	defer unix.Close(fd)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return Stat{}, err
	}
	return ParseStat(string(buf[:n]))
}

// Dying reports whether a process has ended, is ending or has been sent KILL: it
// holds what it holds only for a moment more. One that /proc hides (hidepid in
// proc(5)) is somebody's, and not known to be dying.
func Dying(pid int) bool {
	s, err := ReadStat(pid)
	if err != nil {
		return unix.Kill(pid, 0) != unix.EPERM
	}
	if !s.Alive() || s.Exiting() {
		return true
	}
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return true
	}
	const kill = 1 << (unix.SIGKILL - 1)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "SigPnd" && name != "ShdPnd" {
			continue
		}
		if pending, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64); err == nil && pending&kill != 0 {
			return true
		}
	}
	return false
}

// Args reads the command line of a process as its words. Kernel threads and
// zombies have none.
func Args(pid int) ([]string, error) {
	text, err := readAll("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00"), nil
}

// readAll reads a file of /proc with as few system calls as there can be, for
// whoever reads the command lines of thousands of processes.
func readAll(path string) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	text := make([]byte, 0, 1024)
	for {
		n, err := unix.Read(fd, text[len(text):cap(text)])
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return text, err
		}
		if text = text[:len(text)+n]; len(text) == cap(text) {
			text = slices.Grow(text, len(text))
		}
	}
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
		// Numbers that were given away meanwhile can make a circle.
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

// StartTime returns when the process started, by the clock as it is set now.
// Its resolution is 10 ms, rounded down.
func (s Stat) StartTime() time.Time {
	return BootTime().Add(time.Duration(s.Start) * (time.Second / ticksPerSecond))
}

// BootTime returns when the kernel started, by the clock as it is set now.
func BootTime() time.Time {
	var up unix.Timespec
	// CLOCK_BOOTTIME exists since Linux 2.6.39 and cannot fail with a valid pointer.
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &up)
	return time.Now().Add(-time.Duration(up.Nano()))
}

// Ticks returns a time in the unit of [Stat.Start].
func Ticks(t time.Time) uint64 {
	return uint64(max(0, t.Sub(BootTime())/(time.Second/ticksPerSecond)))
}
