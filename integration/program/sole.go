package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/lsb"
	"github.com/svloop/svloop/pkg/proctree"
)

// sole locks a file for as long as this process lives, and writes the pid to it. If a
// living process holds the lock, this one is a second copy, and adds a line to the log.
func sole(file, log string) {
	fd, err := unix.Open(file, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o644)
	check(err)
	for {
		err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			break
		}
		holder := pidIn(file)
		// A process that was killed may still have its files open.
		if isAlive(holder) && holder == pidIn(file) && isLocked(file) {
			appendLine(log, fmt.Sprintf("%s: pid %d while pid %d lives: %v", file, os.Getpid(), holder, err))
			return
		}
		time.Sleep(time.Millisecond)
	}
	check(unix.Ftruncate(fd, 0))
	_, err = unix.Pwrite(fd, fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	check(err)
}

// control is a control command like a script in /etc/init.d: the service is a program in
// the background, in a session of its own. A second start or stop at the same time adds a
// line to the log. The variable WORK is how long each takes.
func control(dir, log, action string) (code int) {
	check(os.MkdirAll(dir, 0o755))
	program := filepath.Join(dir, "program.lock")
	switch action {
	case "status":
		if isLocked(program) {
			return int(lsb.Running)
		}
		return int(lsb.NotRunning)
	case "start":
		sole(filepath.Join(dir, "action.lock"), log)
		work()
		if isLocked(program) {
			return 0
		}
		self, err := os.Executable()
		check(err)
		cmd := exec.Command(self, "sole", program, log, "serve")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		check(cmd.Start())
		for isAlive(cmd.Process.Pid) && !isLocked(program) {
			time.Sleep(time.Millisecond)
		}
	case "stop":
		sole(filepath.Join(dir, "action.lock"), log)
		work()
		for isLocked(program) {
			if err := unix.Kill(pidIn(program), unix.SIGKILL); !errors.Is(err, unix.ESRCH) {
				check(err)
			}
			time.Sleep(time.Millisecond)
		}
	default:
		return int(lsb.Unimplemented)
	}
	return 0
}

func work() {
	d, err := time.ParseDuration(os.Getenv("WORK"))
	if err == nil {
		time.Sleep(d)
	}
}

// isLocked reports whether a process has locked the file.
func isLocked(file string) bool {
	fd, err := unix.Open(file, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOENT) {
		return false
	}
	check(err)
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB) != nil
}

func pidIn(file string) int {
	text, err := os.ReadFile(file)
	check(err)
	pid := 0
	_, _ = fmt.Sscan(string(text), &pid)
	return pid
}

func isAlive(pid int) bool {
	stat, err := proctree.ReadStat(pid)
	if err != nil || !stat.Alive() {
		return false
	}
	dying, err := stat.Dying()
	return err == nil && !dying
}
