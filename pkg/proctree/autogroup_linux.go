package proctree

import (
	"errors"
	"strconv"
	"strings"
)

// Autogroup returns the number of the scheduling group that a process is in. The
// kernel makes a new group for each new session, and a process keeps its group until
// it starts a session itself (sched(7)). The kernel never reuses the number before
// the next boot, so it identifies a session where the session's id may be reused.
//
// It is 0 if the kernel has no such groups (CONFIG_SCHED_AUTOGROUP), and for a
// process that is exiting. The errors are those of [ReadStat].
func Autogroup(pid int) (uint64, error) {
	text, err := readAll(strconv.Itoa(pid), "autogroup", maxAutogroup)
	if errors.Is(err, ErrGone) {
		// There may be a process, and no such file.
		_, err = ReadStat(pid)
	}
	if err != nil {
		return 0, err
	}
	return parseAutogroup(string(text)), nil
}

// maxAutogroup is more bytes than the file has.
const maxAutogroup = 128

// parseAutogroup reads "/autogroup-93463 nice 0".
func parseAutogroup(text string) uint64 {
	name, _, _ := strings.Cut(text, " ")
	number, found := strings.CutPrefix(name, "/autogroup-")
	if !found {
		return 0
	}
	id, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return 0
	}
	return id
}
