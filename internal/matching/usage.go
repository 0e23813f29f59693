package matching

import (
	"time"

	"github.com/shirou/gopsutil/v3/process"

	"github.com/svloop/svloop/pkg/proctree"
)

// Usage is the resource usage of a process.
type Usage struct {
	Started time.Time
	CPU     float64 // percent of one processor, on average since the start
	Memory  uint64  // resident bytes

	Processor time.Duration // the processor time since the start
}

// UsageOf returns the resource usage of a process, or false if it has exited.
func UsageOf(pid int) (Usage, bool) {
	s, err := proctree.ReadStat(pid)
	if err != nil {
		return Usage{}, false
	}
	// gopsutil returns start times in whole seconds only, and no memory of a process whose
	// main thread has exited.
	u := Usage{Started: s.StartTime(), Memory: s.ResidentBytes()}
	p := &process.Process{Pid: int32(pid)}
	if t, err := p.TimesWithContext(hostProc); err == nil {
		u.Processor = time.Duration((t.User + t.System) * float64(time.Second))
		if lived := time.Since(u.Started).Seconds(); lived > 0 {
			u.CPU = 100 * (t.User + t.System) / lived
		}
	}
	return u, true
}
