package pidfile

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// recordName is how the memory shows in /proc/PID/fd.
const recordName = "pidfile-record"

// maxRecord is more bytes than a record has.
const maxRecord = 64 << 10

// record is the instance's end of the memory.
type record struct {
	memory  *os.File
	edition int
}

// Publish replaces what others see as the record of this instance.
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
	// What is left of a longer one stands behind the last line, where nobody
	// reads.
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

// readRecord returns the record of a running instance, nil when it has none or
// the caller may not look.
//
// Everything there is chosen by the user of that process, who may have named
// any file, pipe or device like a record, and who may change it meanwhile.
func readRecord(pid int) *Record {
	names, _ := openFiles(pid)
	for _, name := range names {
		if link, err := os.Readlink(name); err != nil || link != "/memfd:"+recordName+" (deleted)" {
			continue
		}
		if r := readMemory(name, pid); r != nil {
			return r
		}
	}
	return nil
}

func readMemory(name string, pid int) *Record {
	f, owner, err := openMemory(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	var process unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d", pid), &process); err != nil || owner != 0 && owner != process.Uid {
		return nil
	}
	buf := make([]byte, maxRecord)
	for range 10 {
		n, err := unix.Pread(int(f.Fd()), buf, 0)
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

// openMemory opens a memfd of another process for reading, and returns its owner.
// It looks at the file without opening it first: to open a pipe may block, and to
// open a device may do anything.
func openMemory(name string) (*os.File, uint32, error) {
	fd, err := unix.Open(name, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, 0, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	var fs unix.Statfs_t
	if err := unix.Fstatfs(fd, &fs); err != nil {
		return nil, 0, err
	}
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, 0, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG || st.Nlink != 0 || st.Size > maxRecord || int64(fs.Type) != unix.TMPFS_MAGIC {
		return nil, 0, unix.EINVAL
	}
	memory, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, 0, err
	}
	return os.NewFile(uintptr(memory), name), st.Uid, nil
}
