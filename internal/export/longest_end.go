package export

import (
	"fmt"
	"time"

	"github.com/svloop/svloop/internal/invocation"
)

// slack is what others wait longer than svloop, which says why it failed.
const slack = 10 * time.Second

// longestEnd is how long the end of a program may take under svloop, which sends
// its signals to the process group, and again to what is left.
func longestEnd(o *invocation.Options) time.Duration { return 2*schedule(o).Total() + slack }

// A service that may take longer to end than others says so in its first file,
// in a line of comment, so that unexport waits for it whatever the configuration
// has become.
const longestEndLine = "# Its end may take %d seconds."

func longestEndComment(end time.Duration) string {
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
