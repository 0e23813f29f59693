package runner

import (
	"math"

	"golang.org/x/sys/unix"
)

// closeOnExec keeps inherited descriptors, and that of the result, from the command. A
// service would otherwise hold the locks and pipes of any process that happened to start
// it. Before Linux 5.11 only the descriptor of the result is kept from it.
func closeOnExec() {
	if unix.CloseRange(reportFD, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) != nil {
		unix.CloseOnExec(reportFD)
	}
}
