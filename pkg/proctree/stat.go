//go:build linux

package proctree

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrBadStat is wrapped by [ParseStat] if the text is not a stat line.
var ErrBadStat = errors.New("malformed stat line")

// Stat is the content of /proc/PID/stat. If the main thread of a process has exited while
// other threads live, that file shows a zombie without memory. Then [ReadStat] and all
// other functions that read processes set State, Flags and Resident from a living thread.
type Stat struct {
	PID     int
	Comm    string // the file name of the program, truncated to 15 bytes
	State   byte   // R, S, D, T, t, Z, X, I
	PPID    int
	PGID    int
	Session int
	Flags   uint64 // PF_* of the kernel
	Threads int
	Start   uint64 // clock ticks since boot

	Processor uint64 // clock ticks that its threads have used, in user and kernel mode
	Resident  uint64 // pages of its memory in RAM

	thread string // that State, Flags and Resident are of; "": the main thread
}

// Flags of the kernel's include/linux/sched.h.
const (
	exiting      = 0x00000004 // PF_EXITING
	kernelThread = 0x00200000 // PF_KTHREAD
)

// Alive reports whether the process is neither a zombie nor dead. The line of a process
// whose main thread has exited has the state of a zombie, but counts other threads.
func (s Stat) Alive() bool {
	return (s.State != 'Z' || s.Threads > 1) && s.State != 'X' && s.State != 'x'
}

// Exiting reports whether the process has started to exit.
func (s Stat) Exiting() bool { return s.Flags&exiting != 0 }

// Stopped reports whether a signal or a tracer has stopped the process.
func (s Stat) Stopped() bool { return s.State == 'T' || s.State == 't' }

// KernelThread reports whether the process is a kernel thread.
func (s Stat) KernelThread() bool { return s.Flags&kernelThread != 0 }

// The fields after the command name, with the state as 0. The manual page proc(5)
// counts the pid as 1 and the state as 3.
const (
	fieldState    = 0
	fieldPPID     = 1
	fieldPGID     = 2
	fieldSession  = 3
	fieldFlags    = 6
	fieldUser     = 11
	fieldSystem   = 12
	fieldThreads  = 17
	fieldStart    = 19
	fieldResident = 21
)

// ParseStat parses one line in the format of /proc/PID/stat:
//
//	42 (name) S 1 42 42 0 -1 4194560 … 123456 …
//
// The name may contain blanks, parentheses and newlines. It ends at the last
// closing parenthesis. The memory is 0 if the line ends after the start time. Every error
// wraps [ErrBadStat].
func ParseStat(line string) (Stat, error) {
	open := strings.IndexByte(line, '(')
	end := strings.LastIndexByte(line, ')')
	if open < 1 || end < open {
		return Stat{}, fmt.Errorf("%w: no command name in %q", ErrBadStat, line)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line[:open]))
	if err != nil {
		return Stat{}, fmt.Errorf("%w: pid in %q", ErrBadStat, line)
	}
	s := Stat{PID: pid, Comm: line[open+1 : end]}
	field := 0
	for word := range strings.FieldsSeq(line[end+1:]) {
		if err := s.set(field, word); err != nil {
			return Stat{}, fmt.Errorf("%w: field %d is %q", ErrBadStat, field+3, word)
		}
		if field == fieldResident {
			return s, nil
		}
		field++
	}
	if field > fieldStart {
		return s, nil
	}
	return Stat{}, fmt.Errorf("%w: only %d fields in %q", ErrBadStat, field+2, line)
}

func (s *Stat) set(field int, word string) (err error) {
	switch field {
	case fieldState:
		if len(word) != 1 {
			return ErrBadStat
		}
		s.State = word[0]
	case fieldPPID:
		s.PPID, err = strconv.Atoi(word)
	case fieldPGID:
		s.PGID, err = strconv.Atoi(word)
	case fieldSession:
		s.Session, err = strconv.Atoi(word)
	case fieldFlags:
		s.Flags, err = strconv.ParseUint(word, 10, 64)
	case fieldUser, fieldSystem:
		var ticks uint64
		ticks, err = strconv.ParseUint(word, 10, 64)
		s.Processor += ticks
	case fieldThreads:
		s.Threads, err = strconv.Atoi(word)
	case fieldStart:
		s.Start, err = strconv.ParseUint(word, 10, 64)
	case fieldResident:
		var pages int64 // for a moment, the kernel may count less than zero
		pages, err = strconv.ParseInt(word, 10, 64)
		s.Resident = uint64(max(0, pages))
	}
	return err
}
