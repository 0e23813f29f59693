package proctree

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A process chooses what its command line is, and can make it as long as its
// address space (PR_SET_MM_ARG_END in prctl(2)), of memory that takes none.
const (
	maxArgs  = 256 << 10 // bytes
	maxWords = 8192
)

// Args reads the command line of a process as its words. Kernel threads and
// zombies have none. Of a command line of more than 256 KiB or 8192 words the rest
// is missing. The errors are those of [ReadStat].
func Args(pid int) ([]string, error) {
	text, err := readAll(strconv.Itoa(pid), "cmdline", maxArgs)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return splitArgs(text), nil
}

// splitArgs returns the words before each zero byte. A word that was cut is left
// out, and a process that changes its title may end without a zero byte.
func splitArgs(text []byte) []string {
	if len(text) >= maxArgs {
		text = text[:bytes.LastIndexByte(text, 0)+1]
	}
	words := strings.SplitN(strings.TrimSuffix(string(text), "\x00"), "\x00", maxWords+1)
	return words[:min(len(words), maxWords)]
}

// maxStatus is more bytes than /proc/PID/status has with 65536 groups.
const maxStatus = 1 << 20

// readAll reads a file in the directory of a process, up to a number of bytes, with
// as few system calls as possible: callers read the command lines of thousands of
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
