//go:build linux

package pidfile

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// heartbeatSuffix is the suffix of the heartbeat next to a pid file. If this instance is
// killed, the next start needs these facts about it. Times are in a unit that does not
// change when the clock is set. It is one line:
//
//	BOOT PID START LAST STATE AUTOGROUP
//
// BOOT is the boot id of the kernel, a slash, and the number of the PID namespace.
// START is when the instance started, LAST when it was alive last, in clock ticks
// since the boot, as in /proc/PID/stat. STATE is "starting" while the instance starts
// a program, "waiting" before the next attempt of a run that failed, else "alive".
// AUTOGROUP is that of the instance, see [proctree.Autogroup], 0 if the kernel has none.
const heartbeatSuffix = ".heartbeat"

// heartbeat is the content of the file. The zero value stands for a missing file.
type heartbeat struct {
	boot     string
	pid      int
	start    uint64
	last     uint64
	starting bool
	waiting  bool
	// autogroup is the same for all members of the session of the instance, and
	// for no other process.
	autogroup uint64
}

// The words for the state have the same length, because each beat overwrites the
// whole line.
const (
	stateAlive    = "alive   "
	stateStarting = "starting"
	stateWaiting  = "waiting "
)

// maxHeartbeat is larger than a heartbeat.
const maxHeartbeat = 256

func (h heartbeat) appendText(b []byte) []byte {
	state := stateAlive
	switch {
	case h.starting:
		state = stateStarting
	case h.waiting:
		state = stateWaiting
	}
	return fmt.Appendf(b, "%s %d %d %020d %s %d\n", h.boot, h.pid, h.start, h.last, state, h.autogroup)
}

// parseHeartbeat returns false for a text that is not a complete heartbeat.
func parseHeartbeat(text string) (h heartbeat, ok bool) {
	line, rest, whole := strings.Cut(text, "\n")
	words := strings.Fields(line)
	if !whole || rest != "" || len(words) != 6 {
		return h, false
	}
	h.boot = words[0]
	var err error
	if h.pid, err = parsePID(words[1]); err != nil {
		return h, false
	}
	if h.start, err = strconv.ParseUint(words[2], 10, 64); err != nil {
		return h, false
	}
	if h.last, err = strconv.ParseUint(words[3], 10, 64); err != nil {
		return h, false
	}
	if h.autogroup, err = strconv.ParseUint(words[5], 10, 64); err != nil {
		return h, false
	}
	h.starting, h.waiting = words[4] == "starting", words[4] == "waiting"
	return h, h.starting || h.waiting || words[4] == "alive"
}

// tick is the unit of START and LAST (time(7)).
const tick = time.Second / 100

// startSlack is how long after the last beat a program may have been started: the
// instance may be killed between the two.
const startSlack = uint64(2 * time.Second / tick)

// saw reports whether a process with this start time existed while the instance
// was alive.
func (h heartbeat) saw(start uint64) bool {
	if h.starting {
		return start <= h.last+startSlack
	}
	return start <= h.last
}

// age is the time since the last beat, or 0 if the beat is in the future.
func (h heartbeat) age(now uint64) time.Duration {
	if now < h.last {
		return 0
	}
	return time.Duration(now-h.last) * tick
}
