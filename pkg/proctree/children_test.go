//go:build linux

package proctree_test

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// The parent of a child may be any thread of a process.
func TestChildless(t *testing.T) {
	t.Parallel()
	started := make(chan *exec.Cmd)
	over := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		cmd := exec.Command("sleep", "1000")
		if err := cmd.Start(); err != nil {
			t.Error(err)
			cmd = nil
		}
		started <- cmd
		<-over
	}()
	child := <-started
	defer close(over)
	if child == nil {
		t.FailNow()
	}
	if proctree.Childless(os.Getpid()) {
		t.Error("this process has no child")
	}
	if _, err := os.Stat("/proc/thread-self/children"); err == nil && !proctree.Childless(child.Process.Pid) {
		t.Error("its child has a child")
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if proctree.Childless(child.Process.Pid) {
		t.Error("a process that is gone is known to have no child")
	}
}
