package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/svloop/svloop/pkg/pidfile"
)

// size has the values that must not grow with the number of runs.
type size struct{ runs, resident, anonymous, descriptors int }

// growth lets one loop run true repeatedly, and compares its size early and late. The
// first runs fill the heap up to its first collections.
func growth(c *crowd, dir string, runs int) error {
	file := filepath.Join(dir, "growth.pid")
	pid, err := c.start([]string{filepath.Join(dir, "svloop"), "--pidfile", file, "/bin/true"})
	if err != nil {
		return err
	}
	defer c.clear()
	begin := time.Now()
	early, err := sizeAfter(file, pid, min(runs/2, 10000))
	if err != nil {
		return err
	}
	late, err := sizeAfter(file, pid, runs)
	if err != nil {
		return err
	}
	took := time.Since(begin)
	if _, err := pidfile.RequestQuit(context.Background(), file, nil); err != nil {
		return err
	}
	fmt.Printf("\none loop of /bin/true, %.2f ms for one run\n", ms(took)/float64(late.runs))
	fmt.Printf("  %10s %14s %14s %14s\n", "runs", "resident", "of its own", "descriptors")
	for _, s := range []size{early, late} {
		fmt.Printf("  %10d %11d kB %11d kB %14d\n", s.runs, s.resident, s.anonymous, s.descriptors)
	}
	verdict("svloop: growth of memory", float64(late.anonymous-early.anonymous)/1024, 0.25, "MB")
	verdict("svloop: growth of descriptors", float64(late.descriptors-early.descriptors), 0, "")
	return nil
}

// sizeAfter waits until the loop has made this many runs.
func sizeAfter(file string, pid, runs int) (size, error) {
	made := 0
	for stuck := time.Now(); made < runs; <-time.After(20 * time.Millisecond) {
		record := pidfile.Probe(file).Record()
		if record != nil && record.Runs > made {
			made, stuck = record.Runs, time.Now()
		}
		if time.Since(stuck) > patience {
			return size{}, fmt.Errorf("the loop has stopped after %d runs", made)
		}
	}
	status := fmt.Sprintf("/proc/%d/status", pid)
	// The loop continues during the measurement: the open files of a run are not growth, and
	// do not exist at every look.
	least := 0
	for i := range 50 {
		<-time.After(3 * time.Millisecond)
		open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			return size{}, err
		}
		if i == 0 || len(open) < least {
			least = len(open)
		}
	}
	return size{made, field(status, "VmRSS:"), field(status, "RssAnon:"), least}, nil
}
