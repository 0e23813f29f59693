package supervisor

import "golang.org/x/sys/unix"

// Descriptors that a supervisor needs besides those of watched processes: its own, and for
// each function in a slot files, locks and pipes. Beyond that, it could watch its services,
// and not repair them.
const (
	ownDescriptors     = 30
	descriptorsForSlot = 12
)

// share divides the descriptors that this process may open. It returns how many processes
// may be watched, and how many slots there are.
func share(limit uint64) (watched, most int) {
	if limit > 1<<30 {
		limit = 1 << 30
	}
	work := max(ownDescriptors+descriptorsForSlot, min(int(limit)/4, ownDescriptors+mostSlots*descriptorsForSlot))
	return max(0, int(limit)-work), max(1, min(mostSlots, (work-ownDescriptors)/descriptorsForSlot))
}

// descriptorLimit returns how many descriptors this process may open. The Go runtime has
// raised the soft limit to the hard one.
func descriptorLimit() uint64 {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 1024
	}
	return limit.Cur
}
