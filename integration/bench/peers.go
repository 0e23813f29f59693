package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// peer is a tool that keeps a program in the background, with its commands. Each instance
// has a directory of its own. A command that a tool does not have is nil.
type peer struct {
	name                string
	monitor             string // the resident process beside the program, "" for none
	start, status, stop func(dir string) []string
	again               func(dir string) []string // a start after which the program is restarted when it exits
	// prepare creates what must exist before the start. A monitor that it starts runs until
	// the instance is cleared.
	prepare func(c *crowd, dir string) error
}

// program is the program of all peers: it runs until TERM.
var program = []string{"/bin/sleep", "1000"}

func words(head []string, tail ...string) []string {
	return append(head[:len(head):len(head)], tail...)
}

// installed returns svloop and the peers that are installed here.
func installed(dir string) []peer {
	all := []peer{svloop(filepath.Join(dir, "svloop")), daemonize(), daemon(), startStopDaemon(), runsv(), supervise()}
	var found []peer
	for _, p := range all {
		if present(p.start(dir)[0]) {
			found = append(found, p)
		} else {
			fmt.Printf("%s is not installed\n", p.name)
		}
	}
	return found
}

func present(command string) bool {
	_, err := exec.LookPath(command)
	return err == nil
}

func pidFile(dir string) string { return filepath.Join(dir, "pid") }

func svloop(binary string) peer {
	return peer{
		name:    "svloop",
		monitor: "svloop",
		start: func(dir string) []string {
			return words([]string{binary, "-c", "1", "--pidfile", pidFile(dir), "--daemon"}, program...)
		},
		status: func(dir string) []string { return []string{binary, "--pidfile", pidFile(dir), "--status"} },
		stop:   func(dir string) []string { return []string{binary, "--pidfile", pidFile(dir), "--quit"} },
		again: func(dir string) []string {
			return words([]string{binary, "-c", "1", "--restart", "always", "--pidfile", pidFile(dir), "--daemon"}, program...)
		},
	}
}

// rotating is svloop with output in a file that it rotates, as resident.
func rotating(binary string) peer {
	p := svloop(binary)
	p.name = "svloop --rotate"
	p.start = func(dir string) []string {
		return words([]string{binary, "-c", "1", "--pidfile", pidFile(dir), "--stdout", filepath.Join(dir, "log"),
			"--rotate", "10M", "--timestamps", "--daemon"}, program...)
	}
	return p
}

func daemonize() peer {
	return peer{
		name: "daemonize",
		start: func(dir string) []string {
			return words([]string{"daemonize", "-p", pidFile(dir)}, program...)
		},
	}
}

func daemon() peer {
	return peer{
		name:    "daemon",
		monitor: "daemon",
		start: func(dir string) []string {
			return words([]string{"daemon", "-n", "bench", "-F", pidFile(dir), "--"}, program...)
		},
		status: func(dir string) []string { return []string{"daemon", "-n", "bench", "-F", pidFile(dir), "--running"} },
		stop:   func(dir string) []string { return []string{"daemon", "-n", "bench", "-F", pidFile(dir), "--stop"} },
	}
}

func startStopDaemon() peer {
	return peer{
		name: "start-stop-daemon",
		start: func(dir string) []string {
			head := []string{"start-stop-daemon", "--start", "--quiet", "--background",
				"--make-pidfile", "--pidfile", pidFile(dir), "--startas", program[0], "--"}
			return words(head, program[1:]...)
		},
		status: func(dir string) []string {
			return []string{"start-stop-daemon", "--status", "--pidfile", pidFile(dir)}
		},
		stop: func(dir string) []string {
			return []string{"start-stop-daemon", "--stop", "--quiet", "--retry", "TERM/5", "--pidfile", pidFile(dir)}
		},
	}
}

// runsv and s6-supervise belong to a permanent supervision tree, so they are started
// beforehand, and start is the command that brings the program up.

func runsv() peer {
	return peer{
		name:    "runsv",
		monitor: "runsv",
		start:   func(dir string) []string { return []string{"sv", "start", dir} },
		again:   func(dir string) []string { return []string{"sv", "start", dir} },
		status:  func(dir string) []string { return []string{"sv", "status", dir} },
		stop:    func(dir string) []string { return []string{"sv", "stop", dir} },
		prepare: func(c *crowd, dir string) error {
			return supervised(c, dir, "runsv", "supervise/ok", "supervise/status")
		},
	}
}

func supervise() peer {
	return peer{
		name:    "s6-supervise",
		monitor: "s6-supervise",
		start:   func(dir string) []string { return []string{"s6-svc", "-wu", "-T", "5000", "-u", dir} },
		again:   func(dir string) []string { return []string{"s6-svc", "-wu", "-T", "5000", "-u", dir} },
		status:  func(dir string) []string { return []string{"s6-svstat", dir} },
		stop:    func(dir string) []string { return []string{"s6-svc", "-wd", "-T", "5000", "-d", dir} },
		prepare: func(c *crowd, dir string) error {
			return supervised(c, dir, "s6-supervise", "supervise/control", "supervise/status")
		},
	}
}

// supervised writes a service directory and starts its monitor. The signs are files that
// exist when the monitor accepts commands.
func supervised(c *crowd, dir, monitor string, signs ...string) error {
	script := fmt.Sprintf("#!/bin/sh\nexec %s %s\n", program[0], program[1])
	if err := os.WriteFile(filepath.Join(dir, "run"), []byte(script), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "down"), nil, 0o644); err != nil {
		return err
	}
	if _, err := c.start([]string{monitor, dir}); err != nil {
		return err
	}
	ready := func() bool {
		for _, sign := range signs {
			// A FIFO can be opened for writing when a process reads it.
			f, err := os.OpenFile(filepath.Join(dir, sign), os.O_WRONLY|unix.O_NONBLOCK, 0)
			if err != nil {
				return false
			}
			f.Close()
		}
		return true
	}
	return until(ready, "%s to be there", monitor)
}
