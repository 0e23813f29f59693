package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// residents measures the resident monitors: memory, and wakeups while nothing happens.
// All run at once.
func residents(c *crowd, peers []peer, dir string, instances int, idle time.Duration) error {
	defer c.clear()
	var staying []peer
	for _, p := range peers {
		if p.monitor == "" {
			continue
		}
		staying = append(staying, p)
		for i := range instances {
			own := filepath.Join(dir, fmt.Sprintf("%s-resident-%d", p.name, i))
			if err := os.Mkdir(own, 0o755); err != nil {
				return err
			}
			if p.prepare != nil {
				if err := p.prepare(c, own); err != nil {
					return err
				}
			}
			if _, err := clock(c, p.start(own)); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
		if err := until(func() bool { return len(c.members(p.monitor)) == instances }, "%d of %s", instances, p.name); err != nil {
			return err
		}
	}
	before := make(map[string]int)
	for _, p := range staying {
		before[p.name] = switches(c.members(p.monitor))
	}
	<-time.After(idle)
	fmt.Printf("\nresident, %d of each at once, idle for %s\n", instances, idle)
	fmt.Printf("  %-22s %14s %14s\n", "", "memory (PSS)", "wakeups/min")
	var pss, wakeups float64
	for i, p := range staying {
		monitors := c.members(p.monitor)
		memory := float64(proportional(monitors)) / 1024 / float64(instances)
		rate := float64(switches(monitors)-before[p.name]) / float64(instances) / idle.Minutes()
		fmt.Printf("  %-22s %11.2f MB %14.1f\n", p.name, memory, rate)
		if i == 0 {
			pss, wakeups = memory, rate
		}
	}
	verdict(staying[0].name+": memory of one", pss, 0.9, "MB")
	verdict(staying[0].name+": wakeups a minute", wakeups, 6, "")
	return nil
}

// proportional returns the sum of the proportional set sizes in KiB: a page that n
// processes share counts 1/n for each.
func proportional(table proctree.Table) (sum int) {
	for _, p := range table {
		sum += field(fmt.Sprintf("/proc/%d/smaps_rollup", p.PID), "Pss:")
	}
	return sum
}

// switches returns how often all threads have slept, which is how often they have woken
// up.
func switches(table proctree.Table) (sum int) {
	for _, p := range table {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.PID))
		for _, file := range threads {
			sum += field(file, "voluntary_ctxt_switches:")
		}
	}
	return sum
}

// field returns the number after a name in a file of /proc, 0 if the process has exited.
func field(file, name string) int {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, name); found {
			n, _ := strconv.Atoi(strings.Fields(value)[0])
			return n
		}
	}
	return 0
}
