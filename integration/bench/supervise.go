package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/svloop/svloop/internal/runtimedir"
	"github.com/svloop/svloop/pkg/pidfile"
	"github.com/svloop/svloop/pkg/proctree"
)

// The bounds of svctl supervise with 1000 daemon services.
const (
	mostRepair  = 50 // ms for one
	mostRepairs = 5  // s for all at once
	mostWakeups = 4  // a minute
	mostMemory  = 15 // MB
)

// overseer is a supervisor with many programs, all of which run.
type overseer struct {
	keeper
	start []string
	quit  []string

	kill    func(which []int) (begun time.Time, err error)
	orphan  func(which []int) (begun time.Time, err error) // kill only svloop, nil: there is none
	running func() bool                                    // those that were killed run again
}

// supervisors measures svctl supervise and supervisord, one after the other: how long a
// killed program takes to run again, and what they take when nothing happens.
func supervisors(c *crowd, dir, run string, n int, idle time.Duration) error {
	fmt.Printf("\nsupervisors of %d programs\n", n)
	fmt.Printf("  %-22s %14s %14s %14s %14s %14s\n", "", "repair of one", "of all at once", "of all svloops", "wakeups/min", "memory (PSS)")
	ours, err := ourSupervisor(dir, run, n)
	if err != nil {
		return err
	}
	results := make([]figures, 1)
	if results[0], err = ours.measure(c, n, idle); err != nil {
		return fmt.Errorf("svctl supervise: %w", err)
	}
	if present("supervisord") {
		theirs, err := theirSupervisor(c, dir, n)
		if err != nil {
			return err
		}
		if _, err = theirs.measure(c, n, idle); err != nil {
			return fmt.Errorf("supervisord: %w", err)
		}
	}
	verdict("svctl supervise: repair of one", ms(results[0].one), mostRepair, "ms")
	verdict("svctl supervise: repair of all at once", results[0].all.Seconds(), mostRepairs, "s")
	verdict("svctl supervise: repair of all svloops at once", results[0].orphans.Seconds(), mostRepairs, "s")
	verdict("svctl supervise: wakeups a minute", results[0].wakeups, mostWakeups, "")
	verdict("svctl supervise: memory", results[0].memory, mostMemory, "MB")
	return nil
}

type figures struct {
	one, all        time.Duration
	orphans         time.Duration // after svloop of all was killed
	wakeups, memory float64
}

// measure starts the supervisor, measures, and ends everything.
func (s *overseer) measure(c *crowd, n int, idle time.Duration) (f figures, err error) {
	defer c.clear()
	if err := c.run(s.start); err != nil {
		return f, err
	}
	name := filepath.Base(program[0])
	if err := until(func() bool { return len(c.members(name)) == n }, "%d programs", n); err != nil {
		return f, err
	}
	monitors := c.members(s.monitor)
	<-time.After(lasting)
	before := switches(monitors)
	<-time.After(idle)
	f.wakeups = float64(switches(monitors)-before) / idle.Minutes()
	f.memory = float64(proportional(monitors)) / 1024
	var each []time.Duration
	for i := 0; i < n; i += max(1, n/20) {
		took, err := s.repair(s.kill, i)
		if err != nil {
			return f, err
		}
		each = append(each, took)
	}
	f.one = median(each)
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if f.all, err = s.repair(s.kill, all...); err != nil {
		return f, err
	}
	orphans := "–"
	if s.orphan != nil {
		<-time.After(lasting)
		if f.orphans, err = s.repair(s.orphan, all...); err != nil {
			return f, err
		}
		orphans = fmt.Sprintf("%.1f s", f.orphans.Seconds())
	}
	fmt.Printf("  %-22s %11.1f ms %12.1f s %14s %14.1f %11.1f MB\n", s.name, ms(f.one), f.all.Seconds(), orphans, f.wakeups, f.memory)
	return f, c.run(s.quit)
}

// repair kills services, and returns how long it takes until they all run again.
func (s *overseer) repair(kill func([]int) (time.Time, error), which ...int) (time.Duration, error) {
	begun, err := kill(which)
	if err != nil {
		return 0, err
	}
	for time.Since(begun) < 6*patience {
		if s.running() {
			return time.Since(begun), nil
		}
		<-time.After(200 * time.Microsecond)
	}
	return 0, errors.New("waited in vain for the repair")
}

// ourSupervisor kills svloop and its program, or only svloop.
func ourSupervisor(dir, run string, n int) (*overseer, error) {
	k, err := svctlKeeper(dir, run, n)
	if err != nil {
		return nil, err
	}
	k.name, k.monitor = "svctl supervise", "svctl"
	// Another directory than that of the services that were stopped by hand before.
	state, err := os.MkdirTemp(run, "state-")
	if err != nil {
		return nil, err
	}
	if err := os.Setenv(runtimedir.Variable, state); err != nil {
		return nil, err
	}
	file := filepath.Join(run, "supervise.pid")
	supervise := append(k.command("supervise"), "--pidfile", file)
	s := &overseer{keeper: k, start: words(supervise, "--daemon"), quit: words(supervise, "--quit")}
	killed := make(map[int]int) // the pid of each svloop
	kill := func(which []int, programsToo bool) (begun time.Time, err error) {
		var victims []int
		for _, i := range which {
			now := pidfile.Probe(manyPidFile(run, i))
			if now.Record() == nil || now.Record().Program == 0 {
				return begun, fmt.Errorf("service %d is %s", i, now.Reason)
			}
			killed[i] = now.PID
			victims = append(victims, now.PID)
			if programsToo {
				victims = append(victims, now.Record().Program)
			}
		}
		begun = time.Now()
		for _, pid := range victims {
			err = errors.Join(err, syscall.Kill(pid, syscall.SIGKILL))
		}
		return begun, err
	}
	s.kill = func(which []int) (time.Time, error) { return kill(which, true) }
	s.orphan = func(which []int) (time.Time, error) { return kill(which, false) }
	s.running = func() bool {
		for i, before := range killed {
			if now := pidfile.Probe(manyPidFile(run, i)); now.State != pidfile.Running || now.PID == before {
				return false
			}
			delete(killed, i)
		}
		return true
	}
	return s, nil
}

// theirSupervisor kills the programs.
func theirSupervisor(c *crowd, dir string, n int) (*overseer, error) {
	k, err := supervisordKeeper(dir, n)
	if err != nil {
		return nil, err
	}
	s := &overseer{keeper: k, start: k.command("start"), quit: k.command("stop")}
	if err := k.prepare(c); err != nil {
		return nil, err
	}
	name := filepath.Base(program[0])
	var parent, killed int
	var before map[int]bool // all pids
	s.kill = func(which []int) (begun time.Time, err error) {
		programs := c.members(name)
		parent, killed, before, begun = programs[0].PPID, len(which), pids(), time.Now()
		for _, i := range which {
			err = errors.Join(err, syscall.Kill(programs[i].PID, syscall.SIGKILL))
		}
		return begun, err
	}
	s.running = func() bool {
		fresh := 0
		for pid := range pids() {
			if before[pid] {
				continue
			}
			if p, err := proctree.ReadStat(pid); err == nil && p.Comm == name && p.PPID == parent {
				fresh++
			}
		}
		return fresh == killed
	}
	return s, nil
}
