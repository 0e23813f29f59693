package export

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Patience is how long a service gets to stop, as with svctl without the key
// timeout (svctl.conf(5)). Those that need longer say so, see LongestEndComment.
const Patience = servicedef.DefaultTimeout

// Schedule is how svloop stops the program.
func Schedule(o *cmdline.Options) proctree.Schedule {
	if o.KillSpec != nil {
		return o.KillSpec
	}
	standard, _ := proctree.ParseSchedule(proctree.DefaultSchedule) // a test reads it
	return standard
}

// Slack is how much longer others wait than svloop, which reports why it failed.
const Slack = 10 * time.Second

// LongestEnd is how long a stop by svloop may take: svloop sends its signals to the
// process group, then again to the remaining descendants.
func LongestEnd(o *cmdline.Options) time.Duration { return 2*Schedule(o).Total() + Slack }

// A comment in the first file of a service tells unexport how long the stop may take,
// if that is longer than Patience: the configuration may have changed since.
const longestEndLine = "# Its end may take %d seconds."

// LongestEndComment is that line.
func LongestEndComment(end time.Duration) string {
	return fmt.Sprintf(longestEndLine, int((end+time.Second-1)/time.Second))
}

// readLongestEnd returns the time in such a line, 0 in another.
func readLongestEnd(line string) time.Duration {
	var n int
	if _, err := fmt.Sscanf(line, longestEndLine, &n); err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
