package reaper_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/svloop/svloop/internal/reaper"
)

func TestIsDescendant(t *testing.T) {
	child := exec.Command("sleep", "1000")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for pid, want := range map[int]bool{child.Process.Pid: true, os.Getpid(): false, os.Getppid(): false, 1: false, 0: false} {
		if is, err := reaper.IsDescendant(pid); is != want || err != nil {
			t.Errorf("process %d: %v, %v", pid, is, err)
		}
	}
	_ = child.Process.Kill()
	_ = child.Wait()
	if is, err := reaper.IsDescendant(child.Process.Pid); is || err == nil {
		t.Errorf("a process that has exited: %v, %v", is, err)
	}
}
