package proctree

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// Contained reports whether a process is in a PID namespace below the namespace
// of this process, like the processes of a container: the host sees it, but it is
// not a process of the host itself. Processes in a parent or sibling namespace
// are never visible. The errors are those of [ReadStat].
//
// If the caller may not read /proc/PID/ns/pid, Contained uses NSpid in
// /proc/PID/status (proc(5), since Linux 4.1), which has one number per namespace
// and takes longer to read.
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

// namespace returns the name of a process's PID namespace, or "" if it is
// unknown.
func namespace(pid string) string {
	name, _ := os.Readlink("/proc/" + pid + "/ns/pid")
	return name
}

// The namespace of this process never changes.
var (
	namespaceHere = sync.OnceValue(func() string { return namespace("self") })
	depthHere     = sync.OnceValues(func() (int, error) { return depth("self") })
)

// depth counts the PID namespaces that contain a process, starting with that of
// /proc. It is 0 for a kernel without namespaces.
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
