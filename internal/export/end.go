package export

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/cmdline"
	"github.com/svloop/svloop/pkg/proctree"
	"github.com/svloop/svloop/pkg/servicedef"
)

// Patience is how long a service may take to stop, as with svctl without the key timeout
// (svctl.conf(5)). Services that need longer have a comment, see LongestEndComment.
const Patience = servicedef.DefaultTimeout

// Schedule returns the signals with which svloop stops the program.
func Schedule(o *cmdline.Options) proctree.Schedule {
	if o.KillSpec != nil {
		return o.KillSpec
	}
	standard, _ := proctree.ParseSchedule(proctree.DefaultSchedule) // a test reads it
	return standard
}

// Slack is how much longer other programs wait than svloop, so that svloop can report its
// failure.
const Slack = 10 * time.Second

// LongestEnd is how long a stop by svloop may take: svloop sends its signals to the
// process group, then again to the remaining descendants.
func LongestEnd(o *cmdline.Options) time.Duration { return 2*Schedule(o).Total() + Slack }

// A comment in the first file of a service tells unexport how long the stop may take, if
// longer than Patience. The configuration may have changed since the export.
const longestEndLine = "# Its end may take %d seconds."

// LongestEndComment returns that comment, or "".
func LongestEndComment(end time.Duration) string {
	return fmt.Sprintf(longestEndLine, int((end+time.Second-1)/time.Second))
}

// readLongestEnd returns the time in such a comment, 0 for other lines.
func readLongestEnd(line string) time.Duration {
	var n int
	if _, err := fmt.Sscanf(line, longestEndLine, &n); err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
