package pidfile

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// recordName is how the memory shows in /proc/PID/fd.
const recordName = "pidfile-record"

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
	if _, err := f.record.memory.WriteAt(r.appendText(nil, f.record.edition), 0); err != nil {
		return fmt.Errorf("cannot publish the state of the instance: %w", err)
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
func readRecord(pid int) *Record {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		name := dir + "/" + entry.Name()
		link, err := os.Readlink(name)
		if err != nil || !strings.HasPrefix(link, "/memfd:"+recordName) {
			continue
		}
		for range 10 {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil
			}
			if r, whole := parseRecord(text); whole {
				return &r
			}
		}
	}
	return nil
}
