package export

import (
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/invocation"
	"github.com/svloop/svloop/pkg/proctree"
)

// schedule is how svloop ends the program.
func schedule(o *invocation.Options) proctree.Schedule {
	if o.KillSpec != nil {
		return o.KillSpec
	}
	standard, _ := proctree.ParseSchedule(proctree.DefaultSchedule) // a test reads it
	return standard
}

// end says how the program is ended (systemd.kill(5)): one signal, a time, and
// another signal, each to the whole control group.
func (u *unit) end(o *invocation.Options) {
	steps := schedule(o)
	first, last := steps[0], steps[len(steps)-1]
	grace := steps.Total() - last.Grace
	u.comment("Signals go to all processes at once; svloop sends them to the process group first.")
	u.set("KillMode", "control-group")
	u.set("KillSignal", "%s", signalText(first.Signal))
	var lost []string
	switch {
	case len(steps) > 1 && last.Signal != syscall.SIGKILL:
		u.set("FinalKillSignal", "%s", signalText(last.Signal))
		lost = append(lost, "systemd gives up when the time is over for a second time")
	case len(steps) == 1 && last.Signal != syscall.SIGKILL:
		u.set("SendSIGKILL", "no")
		grace = last.Grace
		if grace == 0 {
			grace = -1
			lost = append(lost, "the signal is sent once")
		}
	case len(steps) == 1:
		grace = max(last.Grace, time.Second)
	}
	if grace < 0 {
		u.set("TimeoutStopSec", "infinity")
	} else {
		u.set("TimeoutStopSec", "%s", span(max(grace, time.Millisecond))) // 0 would be infinity
	}
	switch {
	case len(steps) <= 2:
	case o.KillSpec == nil:
		u.comment("Between the first signal and the last, svloop would send %q.", steps[1:len(steps)-1])
	default:
		lost = append(lost, "there is nothing between the first signal and the last")
	}
	if len(lost) > 0 {
		u.lacks("--kill-spec %q (%s)", steps, strings.Join(lost, "; "))
	}
}

func signalText(sig syscall.Signal) string {
	name := proctree.SignalName(sig)
	if _, err := strconv.Atoi(name); err == nil {
		return name
	}
	return "SIG" + name
}

func decimal(n int) string { return strconv.Itoa(n) }
