package proctree

import "strconv"

// Childless reports whether a process has no children. false may also mean that this is not
// known: /proc has the lists of children only with CONFIG_PROC_CHILDREN, which
// distributions set.
//
// Each child is in the list of one thread (proc_pid_task_children(5)). The children of a
// thread that exits get into the list of another one, which may have been read before. But
// then the list of the thread that has exited cannot be read.
func Childless(pid int) bool {
	dir := strconv.Itoa(pid)
	threads, err := numbers("/proc/" + dir + "/task")
	if err != nil || len(threads) == 0 {
		return false
	}
	for _, thread := range threads {
		if list, err := readAll(dir, "task/"+thread+"/children", 1); err != nil || len(list) > 0 {
			return false
		}
	}
	return true
}
