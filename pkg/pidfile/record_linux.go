package pidfile

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// recordName is the name of the memory in /proc/PID/fd.
const recordName = "pidfile-record"

// maxRecord is larger than a record.
const maxRecord = 64 << 10

// record is the memory of this instance.
type record struct {
	memory  *os.File
	edition int
}

// Publish replaces the record of this instance.
func (f *File) Publish(r Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.record.memory == nil {
		fd, err := unix.MemfdCreate(recordName, unix.MFD_CLOEXEC)
		if err != nil {
			return fmt.Errorf("cannot publish the state of the instance: %w", err)
		}
		f.record.memory = os.NewFile(uintptr(fd), recordName)
	}
	f.record.edition++
	// The rest of a longer record remains after the last line, and is not read.
	text := r.appendText(nil, f.record.edition, proctree.BootTime())
	if _, err := f.record.memory.WriteAt(text, 0); err != nil {
		return fmt.Errorf("cannot publish the state of the instance: %w", err)
	}
	if waiting := r.state() == Restarting; waiting != f.waiting {
		f.waiting = waiting
		return f.beat(f.pulse != nil && f.pulse.line.starting)
	}
	return nil
}

func (r *record) close() {
	if r.memory != nil {
		r.memory.Close()
	}
}

// readRecord returns the record of a running instance. It returns nil if the
// instance has none or the caller may not read it.
//
// The user of that process controls all of it: any file, pipe or device may have
// the name of a record, and it may change at any time.
func readRecord(pid int) *Record {
	names, _ := openFiles(pid)
	// An instance has more files open that it has opened before its record than after it.
	for _, name := range slices.Backward(names) {
		if link, err := os.Readlink(name); err != nil || link != "/memfd:"+recordName+" (deleted)" || !isOwn(name) {
			continue
		}
		if r := readMemory(name, pid); r != nil {
			return r
		}
	}
	return nil
}

// isOwn reports whether an open file is the record of the process itself, which writes it.
// A supervisor reads the records of its services all the time. The link has the mode in
// which the file was opened (proc_pid_fd(5)).
func isOwn(name string) bool {
	var st unix.Stat_t
	return unix.Lstat(name, &st) == nil && st.Mode&0o200 != 0
}

func readMemory(name string, pid int) *Record {
	memory, size, owner, err := openMemory(name)
	if err != nil {
		return nil
	}
	defer unix.Close(memory)
	var process unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d", pid), &process); err != nil || owner != 0 && owner != process.Uid {
		return nil
	}
	buf := make([]byte, min(size+1024, maxRecord)) // it may grow in the meantime
	for range 10 {
		n, err := unix.Pread(memory, buf, 0)
		if err != nil {
			return nil
		}
		if r, whole := parseRecord(buf[:n], proctree.BootTime()); whole {
			r.foreign = owner != 0 && int(owner) != os.Geteuid()
			return &r
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

// openMemory opens a memfd of another process for reading, and returns its size
// and owner. It checks the file before it opens it: opening a pipe may block, and
// opening a device may have any effect.
func openMemory(name string) (memory int, size uint64, owner uint32, err error) {
	fd, err := unix.Open(name, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, 0, 0, err
	}
	defer unix.Close(fd)
	st, err := lookAt(fd)
	if err != nil {
		return -1, 0, 0, err
	}
	// All memfds are on one file system of the kernel, which cannot be mounted.
	device, err := memoryDevice()
	if err != nil {
		return -1, 0, 0, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink != 0 || st.Size > maxRecord || st.Dev_major != device.major || st.Dev_minor != device.minor {
		return -1, 0, 0, unix.EINVAL
	}
	memory, err = unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	return memory, st.Size, st.Uid, err
}

// memoryDevice is the file system of memfds.
var memoryDevice = sync.OnceValues(func() (inode, error) {
	fd, err := unix.MemfdCreate(recordName, unix.MFD_CLOEXEC)
	if err != nil {
		return inode{}, err
	}
	defer unix.Close(fd)
	st, err := lookAt(fd)
	return inode{st.Dev_major, st.Dev_minor, st.Ino}, err
})

// lookAt returns the attributes of a file without querying a file system that may
// never respond.
func lookAt(fd int) (st unix.Statx_t, err error) {
	err = unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_BASIC_STATS, &st)
	return st, err
}
