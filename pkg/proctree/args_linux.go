package proctree

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A process can change its command line, and can make it as long as its address
// space (PR_SET_MM_ARG_END in prctl(2)) without using memory for it.
const (
	maxArgs  = 256 << 10 // bytes
	maxWords = 8192
)

// Args returns the words of the command line of a process, as the method of a new
// [ArgsReader] does.
func Args(pid int) ([]string, error) { return new(ArgsReader).Args(pid) }

// ArgsReader reads command lines. The zero value is ready for use.
//
// While execve(2) replaces the memory of a process, the process has no command line for
// some microseconds, or for as long as the disk with the new program takes. A reader waits
// for the end of that, but not longer than 100 ms in all its calls: a process can hide its
// command line for as long as it runs (PR_SET_MM in prctl(2)).
type ArgsReader struct {
	waited time.Duration
}

const (
	maxExecWait  = 100 * time.Millisecond
	execInterval = 200 * time.Microsecond
)

// Args returns the words of the command line of a process. Kernel threads, zombies and
// exiting processes have none. It returns at most 256 KiB and 8192 words. The errors are
// those of [ReadStat], and [ErrBlocked].
func (r *ArgsReader) Args(pid int) ([]string, error) {
	for {
		words, err := argsNow(pid, "cmdline")
		if err != nil || len(words) > 0 || r.waited >= maxExecWait {
			return words, err
		}
		s, err := ReadStat(pid)
		if err != nil || !s.Alive() || s.Exiting() || s.KernelThread() {
			return nil, err
		}
		if s.thread != "" { // the main thread has exited, and has no memory
			words, err := argsNow(pid, "task/"+s.thread+"/cmdline")
			if err == nil && len(words) > 0 || errors.Is(err, ErrBlocked) {
				return words, err
			}
		}
		time.Sleep(execInterval)
		r.waited += execInterval
	}
}

// argsNow returns the words of the command line, none if there is none at the moment.
func argsNow(pid int, name string) ([]string, error) {
	words, err := within(patience, func() ([]string, error) {
		text, err := readAll(strconv.Itoa(pid), name, maxArgs)
		if err != nil || len(text) == 0 {
			return nil, err
		}
		return splitArgs(text), nil
	})
	if errors.Is(err, ErrBlocked) {
		return nil, fmt.Errorf("cannot read the command line of process %d: %w", pid, err)
	}
	return words, err
}

// ErrBlocked is returned if the memory of a process cannot be read at present:
// reading it waits for a disk or a file server that does not respond. The server
// may belong to the user of the process.
var ErrBlocked = errors.New("its memory is blocked")

// patience is how long reading a command line may take. Its memory may have to be
// read from a swap device.
const patience = 5 * time.Second

// within returns the result of f, or ErrBlocked if f takes longer. Then f
// continues, because nothing can interrupt it, and its result is dropped.
func within[T any](limit time.Duration, f func() (T, error)) (result T, err error) {
	type answer struct {
		result T
		err    error
	}
	answers := make(chan answer, 1)
	go func() {
		result, err := f()
		answers <- answer{result, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.result, a.err
	case <-timer.C:
		return result, ErrBlocked
	}
}

// splitArgs returns the words before each NUL byte. A truncated word is dropped.
// The text of a process that changed its title may not end with a NUL byte.
func splitArgs(text []byte) []string {
	if len(text) >= maxArgs {
		text = text[:bytes.LastIndexByte(text, 0)+1]
	}
	words := strings.SplitN(strings.TrimSuffix(string(text), "\x00"), "\x00", maxWords+1)
	return words[:min(len(words), maxWords)]
}

// maxStatus is more bytes than /proc/PID/status has with 65536 groups.
const maxStatus = 1 << 20

// readAll reads a file in the directory of a process, up to a number of bytes. It
// makes few system calls, because callers read the command lines of thousands of
// processes.
func readAll(pid, name string, most int) ([]byte, error) {
	fd, err := openProc(pid, name)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	text := make([]byte, 0, 1024)
	for len(text) < most {
		n, err := unix.Read(fd, text[len(text):min(cap(text), most)])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, lookError("read", pid, name, err)
		}
		if n == 0 {
			break
		}
		if text = text[:len(text)+n]; len(text) == cap(text) {
			text = slices.Grow(text, len(text))
		}
	}
	return text, nil
}
