package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// lasting is how long a program runs before it is killed: svloop restarts it at once then,
// and so do runsv and supervisord, which wait for a second after a shorter run.
const lasting = 11 * time.Second

// restarts times how long a monitor takes to run a program again that was killed with
// SIGKILL, after it had run for a while.
func restarts(c *crowd, peers []peer, dir string, number int) error {
	defer c.clear()
	var order []string
	monitors := make(map[int]string) // by pid
	begin := func(name string, instances int, start func(i int) error) error {
		order = append(order, name)
		before := c.members(filepath.Base(program[0]))
		for i := range instances {
			if err := start(i); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		var running proctree.Table
		err := until(func() bool {
			running = c.members(filepath.Base(program[0]))
			return len(running) == len(before)+number
		}, "%d programs of %s", number, name)
		for _, p := range running {
			if !slices.ContainsFunc(before, func(b proctree.Stat) bool { return b.PID == p.PID }) {
				monitors[p.PPID] = name
			}
		}
		return err
	}
	for _, p := range peers {
		if p.again == nil {
			continue
		}
		err := begin(p.name, number, func(i int) error {
			own := filepath.Join(dir, fmt.Sprintf("%s-restart-%d", p.name, i))
			if err := os.Mkdir(own, 0o755); err != nil {
				return err
			}
			if p.prepare != nil {
				if err := p.prepare(c, own); err != nil {
					return err
				}
			}
			return c.run(p.again(own))
		})
		if err != nil {
			return err
		}
	}
	if server, err := supervisordKeeper(dir, number); err == nil && present("supervisord") {
		err := begin(server.name, 1, func(int) error {
			if err := server.prepare(c); err != nil {
				return err
			}
			return c.run(server.command("start"))
		})
		if err != nil {
			return err
		}
	}
	<-time.After(lasting)
	took := times{}
	for _, p := range c.members(filepath.Base(program[0])) {
		name := monitors[p.PPID]
		if name == "" {
			continue
		}
		d, err := restart(p)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		took[name] = append(took[name], d)
	}
	show(fmt.Sprintf("restart of a program that ran for %s, from kill -9 to the new program", lasting), order, took, "", 0)
	return nil
}

// restart kills a program, and returns how long its monitor takes to run it again.
func restart(p proctree.Stat) (time.Duration, error) {
	before := pids()
	begin := time.Now()
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil {
		return 0, err
	}
	for time.Since(begin) < patience {
		for pid := range pids() {
			if before[pid] {
				continue
			}
			if now, err := proctree.ReadStat(pid); err == nil && now.PPID == p.PPID && now.Comm == p.Comm && now.Alive() {
				return time.Since(begin), nil
			}
		}
		<-time.After(100 * time.Microsecond)
	}
	return 0, fmt.Errorf("waited in vain for the restart of pid %d", p.PID)
}

// pids are those that exist now.
func pids() map[int]bool {
	all := make(map[int]bool)
	dir, err := os.Open("/proc")
	if err != nil {
		return all
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			all[pid] = true
		}
	}
	return all
}
