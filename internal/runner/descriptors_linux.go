package runner

import (
	"math"

	"golang.org/x/sys/unix"
)

// closeOnExec keeps the descriptor for the result from the command, and all that
// this program was given without knowing: a service would hold the locks and
// pipes of whoever happened to start it. Before Linux 5.11 it is only the first.
func closeOnExec() {
	if unix.CloseRange(reportFD, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) != nil {
		unix.CloseOnExec(reportFD)
	}
}
