package pidfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Record is what an instance tells those who may look into it, its user and
// root. It lives in memory (memfd_create(2)), among the open files of the
// instance, so nothing of it is left behind by whatever end the instance
// takes.
type Record struct {
	Program  int       `json:"program_pid"`         // 0 between two runs
	Started  time.Time `json:"started"`             // when the instance started
	Runs     int       `json:"runs"`                // how often the program was started
	Ready    bool      `json:"ready"`               // the program said that it is ready
	Text     string    `json:"text,omitempty"`      // the program's own words (STATUS= of sd_notify)
	LastExit string    `json:"last_exit,omitempty"` // "exit status 1", "signal: killed"
	KillSpec string    `json:"kill_spec"`           // how the instance ends its program
	Stopping bool      `json:"stopping"`            // it has begun to
}

// recordName is how the memory shows in /proc/PID/fd.
const recordName = "pidfile-record"

// record is the instance's end of the memory.
type record struct {
	memory *os.File
	size   int // of the text
}

// Publish replaces what others see as the record of this instance.
func (f *File) Publish(r Record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.record.memory == nil {
		fd, err := unix.MemfdCreate(recordName, unix.MFD_CLOEXEC)
		if err != nil {
			return fmt.Errorf("cannot publish the state of the instance: %w", err)
		}
		f.record.memory = os.NewFile(uintptr(fd), recordName)
	}
	// Blanks behind the text cover a longer one from before: a reader sees the
	// old text, the new one, or in between what is no JSON, and reads again.
	f.record.size = max(f.record.size, len(text), 512)
	padding := bytes.Repeat([]byte(" "), f.record.size-len(text))
	if _, err := f.record.memory.WriteAt(append(text, padding...), 0); err != nil {
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
			var r Record
			if json.Unmarshal(text, &r) == nil {
				return &r
			}
		}
	}
	return nil
}
