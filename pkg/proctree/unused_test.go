//go:build linux

package proctree

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// The id of a session is in use as long as it has a member, even after its leader has
// exited and was reaped.
func TestUnused(t *testing.T) {
	t.Parallel()
	leader := exec.Command("sh", "-c", "sleep 1000 >&- 2>&- & echo $!")
	leader.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := leader.Output()
	if err != nil {
		t.Fatal(err)
	}
	var member int
	if _, err := fmt.Sscan(string(out), &member); err != nil {
		t.Fatal(err)
	}
	session := leader.Process.Pid
	if !findsAllIDs() {
		t.Error("F_SETOWN does not find the id of a thread")
	}
	if unused(os.Getpid()) || unused(session) {
		t.Errorf("unused: this process %v, a session %v", unused(os.Getpid()), unused(session))
	}
	if found, err := Members(session); err != nil || len(found) != 1 || found[0].PID != member {
		t.Errorf("members are %v, %v", found, err)
	}
	if err := syscall.Kill(member, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !unused(session); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the id of an empty session is in use")
		}
	}
	if found, err := Members(session); err != nil || len(found) != 0 {
		t.Errorf("members of an empty session are %v, %v", found, err)
	}
}
