//go:build linux

package proctree

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The id of a session is in use as long as it has a member, even after its leader has
// exited and was reaped. This process adopts the member, because process 1 of a container
// may reap nothing; meanwhile no other test runs.
func TestUnused(t *testing.T) {
	adopt := func(yes uintptr) {
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, yes, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	adopt(1)
	leader := exec.Command("sh", "-c", "sleep 1000 >&- 2>&- & echo $!")
	leader.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := leader.Output()
	adopt(0)
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
	if _, err := unix.Wait4(member, nil, 0, nil); err != nil {
		t.Fatal(err)
	}
	if !unused(session) {
		t.Error("the id of an empty session is in use")
	}
	if found, err := Members(session); err != nil || len(found) != 0 {
		t.Errorf("members of an empty session are %v, %v", found, err)
	}
}
