package main

import (
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// The functions init and main run in the main thread, which can exit only there.
func init() {
	if slices.Contains(os.Args, "thread") {
		runtime.LockOSThread()
	}
}

// inThread calls a function in another thread, after the main thread has exited.
func inThread(f func()) {
	go func() {
		for {
			text, err := os.ReadFile("/proc/self/stat")
			check(err)
			s, err := proctree.ParseStat(string(text))
			check(err)
			if s.State == 'Z' {
				break
			}
			time.Sleep(time.Millisecond)
		}
		f()
	}()
	_, _, err := unix.Syscall(unix.SYS_EXIT, 0, 0, 0) // only this thread
	fail(err)
}
