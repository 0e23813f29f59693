package proctree

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// Contained reports whether a process is in a PID namespace below that of this
// process, as those of a container are: the processes of a host see it, but it is
// none of the host's own. A namespace above or beside is never seen. The errors are
// those of [ReadStat].
//
// Where the caller may not read /proc/PID/ns/pid, the answer is that of NSpid in
// /proc/PID/status (proc(5), since Linux 4.1), which has one number for each
// namespace, and takes longer to read.
func Contained(pid int) (bool, error) {
	number := strconv.Itoa(pid)
	if there := namespace(number); there != "" && there == namespaceHere() {
		return false, nil
	}
	here, err := depthHere()
	if err != nil {
		return false, err
	}
	n, err := depth(number)
	return n > here, err
}

// namespace returns the name of a process's PID namespace, "" when it is not known.
func namespace(pid string) string {
	name, _ := os.Readlink("/proc/" + pid + "/ns/pid")
	return name
}

// What these tell of this process never changes.
var (
	namespaceHere = sync.OnceValue(func() string { return namespace("self") })
	depthHere     = sync.OnceValues(func() (int, error) { return depth("self") })
)

// depth counts the PID namespaces that a process is in, from that of /proc on. A
// kernel without namespaces has none.
func depth(pid string) (int, error) {
	text, err := readAll(pid, "status", maxStatus)
	return parseDepth(string(text)), err
}

func parseDepth(status string) int {
	for line := range strings.Lines(status) {
		if numbers, found := strings.CutPrefix(line, "NSpid:"); found {
			return len(strings.Fields(numbers))
		}
	}
	return 0
}
