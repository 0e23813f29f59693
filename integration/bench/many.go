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

// keeper keeps many programs running: svctl with daemon services, or supervisord.
type keeper struct {
	name    string
	monitor string // the resident processes beside the programs
	prepare func(c *crowd) error
	command func(action string) []string // start, status, check or stop of all; nil: unsupported
	end     func(c *crowd) error
}

// manyActions are the rows. A check compares states with expected states.
var manyActions = []string{"start", "status", "check", "stop"}

// many measures actions on all of many programs at once, and the resident processes. It
// passes the limits of a user on the way: 128 processes may use inotify.
func many(c *crowd, dir, run string, n, rounds int) error {
	keepers, err := keepersOf(dir, run, n)
	if err != nil {
		return err
	}
	took := make(map[string]times, len(manyActions))
	for _, action := range manyActions {
		took[action] = times{}
	}
	memory := make(map[string]float64)
	var order []string
	for _, k := range keepers {
		order = append(order, k.name)
	}
	for round := range rounds {
		for i := range keepers {
			k := keepers[(round+i)%len(keepers)]
			if memory[k.name], err = manyBout(c, k, n, took); err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
		}
	}
	for _, action := range manyActions {
		manyShow(action, n, order, took[action])
	}
	fmt.Printf("\nmemory (PSS) of what keeps %d programs\n", n)
	for _, name := range order {
		fmt.Printf("  %-22s %10.1f MB\n", name, memory[name])
	}
	return nil
}

func manyShow(action string, n int, order []string, all times) {
	fmt.Printf("\n%s of %d programs at once\n", action, n)
	for _, name := range order {
		if len(all[name]) > 0 {
			fmt.Printf("  %-22s %10.2f ms\n", name, ms(median(all[name])))
		}
	}
	ours, theirs := median(all["svctl"]), median(all["supervisord"])
	switch {
	case action == "check":
		verdict("svctl: check", ms(ours), most, "ms")
	case theirs == 0:
	case action == "start":
		verdict("svctl: start, times supervisord", float64(ours)/float64(theirs), 0.34, "")
		least := median(all[floorName])
		fmt.Printf("  %s: start, times supervisord: %.2f; svctl: times that: %.2f\n",
			floorName, float64(least)/float64(theirs), float64(ours)/float64(least))
	case action == "stop":
		verdict("svctl: stop, times supervisord", float64(ours)/float64(theirs), 4, "")
	default:
		fmt.Printf("  svctl: %s, times supervisord: %.2f\n", action, float64(ours)/float64(theirs))
	}
}

// manyBout is one round of one keeper. It returns the memory of its processes in
// MB while all programs run.
func manyBout(c *crowd, k keeper, n int, took map[string]times) (memory float64, err error) {
	defer c.clear()
	if k.prepare != nil {
		if err := k.prepare(c); err != nil {
			return 0, err
		}
	}
	program := filepath.Base(program[0])
	for _, action := range manyActions {
		words := k.command(action)
		if words == nil {
			continue
		}
		running, err := handles(programs(c, action, program))
		if err != nil {
			return 0, err
		}
		begin := time.Now()
		if _, err := clock(c, words); err != nil {
			return 0, err
		}
		for _, h := range running { // a stop is over when they have exited
			if err := until(h.Exited, "the end of pid %d", h.PID); err != nil {
				return 0, err
			}
			h.Close()
		}
		took[action][k.name] = append(took[action][k.name], time.Since(begin))
		if action == "start" {
			if err := until(func() bool { return len(c.members(program)) == n }, "%d programs", n); err != nil {
				return 0, err
			}
			memory = float64(proportional(c.members(k.monitor))) / 1024
		}
	}
	if k.end != nil {
		err = k.end(c)
	}
	return memory, err
}

// programs returns the programs that an action has to terminate.
func programs(c *crowd, action, name string) proctree.Table {
	if action != "stop" {
		return nil
	}
	return c.members(name)
}

// keepersOf returns svctl, the floor and, if it is installed, supervisord.
func keepersOf(dir, run string, n int) ([]keeper, error) {
	ours, err := svctlKeeper(dir, run, n)
	if err != nil {
		return nil, err
	}
	least := floorKeeper(dir, n)
	if !present("supervisord") {
		fmt.Println("supervisord is not installed")
		return []keeper{ours, least}, nil
	}
	theirs, err := supervisordKeeper(dir, n)
	return []keeper{ours, least, theirs}, err
}

// floorName names what no monitor in Go for each program can be faster than: it executes
// itself, starts the program and reports that, with as many jobs as svctl.
const floorName = "floor in Go"

func floorKeeper(dir string, n int) keeper {
	return keeper{
		name:    floorName,
		monitor: "floor",
		command: func(action string) []string {
			if action != "start" {
				return nil
			}
			return words([]string{filepath.Join(dir, "floor"), "16", strconv.Itoa(n)}, program...)
		},
	}
}

// svctlKeeper has its pid files in a directory in memory, as /run is.
func svctlKeeper(dir, run string, n int) (keeper, error) {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "<entry>\n type = service\n name = s%d\n start = %s\n daemon = %s\n</entry>\n",
			i, strings.Join(program, " "), manyPidFile(run, i))
	}
	conf := filepath.Join(dir, "many.conf")
	return keeper{
		name:    "svctl",
		monitor: "svloop",
		command: func(action string) []string { return []string{filepath.Join(dir, "svctl"), "--conf", conf, action} },
	}, os.WriteFile(conf, []byte(text.String()), 0o644)
}

func manyPidFile(run string, i int) string { return filepath.Join(run, fmt.Sprintf("many%d.pid", i)) }

// supervisordKeeper does not let supervisord wait after a start: startsecs is 1 by
// default.
func supervisordKeeper(dir string, n int) (keeper, error) {
	var text strings.Builder
	socket := filepath.Join(dir, "supervisor.sock")
	fmt.Fprintf(&text, "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=%s/supervisord.pid\nminfds=%d\n", dir, n+1024)
	fmt.Fprintf(&text, "[unix_http_server]\nfile=%s\n[supervisorctl]\nserverurl=unix://%s\n", socket, socket)
	text.WriteString("[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n")
	for i := range n {
		fmt.Fprintf(&text, "[program:s%d]\ncommand=%s\nautostart=false\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n",
			i, strings.Join(program, " "))
	}
	conf := filepath.Join(dir, "supervisord.conf")
	ctl := func(words ...string) []string { return append([]string{"supervisorctl", "-c", conf}, words...) }
	return keeper{
		name:    "supervisord",
		monitor: "supervisord",
		prepare: func(c *crowd) error {
			if _, err := c.start([]string{"supervisord", "-n", "-c", conf}); err != nil {
				return err
			}
			return until(func() bool { return c.run(ctl("pid")) == nil }, "supervisord to be there")
		},
		command: func(action string) []string {
			switch action {
			case "start", "stop":
				return ctl(action, "all")
			case "status":
				return ctl(action)
			}
			return nil
		},
		end: func(c *crowd) error { return c.run(ctl("shutdown")) },
	}, os.WriteFile(conf, []byte(text.String()), 0o644)
}
