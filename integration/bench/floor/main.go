// Floor starts programs, each below a process of its own, and does nothing else: it
// measures the least that a monitor in Go for each program takes.
//
//	floor JOBS NUMBER PROGRAM [ARG...]
//
// Each monitor is this program, executed again in a new session. It starts the program,
// reports that by one byte to the caller, and waits for the program. It has no pid file, no
// options, no log, no signals and no checks.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// role is the first argument of a monitor.
const role = "monitor"

func main() {
	run := start
	if os.Args[1] == role {
		run = monitor
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// start starts the monitors, as many at the same time as there are jobs.
func start() error {
	jobs, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(os.Args[2])
	if err != nil {
		return err
	}
	todo, failed := make(chan struct{}, number), make(chan error, number)
	for range number {
		todo <- struct{}{}
	}
	close(todo)
	var all sync.WaitGroup
	for range jobs {
		all.Go(func() {
			for range todo {
				if err := startMonitor(os.Args[3:]); err != nil {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func startMonitor(program []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = syscall.ForkExec(self, append([]string{os.Args[0], role}, program...), &syscall.ProcAttr{
		Env:   append(os.Environ(), "GOMAXPROCS=1", "GODEBUG=disablethp=1"), // as of svloop
		Files: []uintptr{0, 1, 2, w.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	w.Close()
	if err != nil {
		return err
	}
	_, err = r.Read(make([]byte, 1))
	return err
}

// monitor starts the program and waits for it.
func monitor() error {
	syscall.CloseOnExec(3)
	program := os.Args[2:]
	pid, err := syscall.ForkExec(program[0], program, &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{0, 1, 2}})
	if err != nil {
		return err
	}
	if _, err := syscall.Write(3, []byte("\n")); err != nil {
		return err
	}
	syscall.Close(3)
	_, err = syscall.Wait4(pid, nil, 0, nil)
	return err
}
