package pidfiles

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/internal/hint"
	"github.com/svloop/svloop/pkg/pidfile"
)

// awaitArguments waits until the arguments of a process are visible: execve(2) publishes
// them some moments after it has closed the descriptors that tell [exec.Cmd.Start] of it.
func awaitArguments(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; runtime.Gosched() {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("no arguments of process %d: %v", pid, err)
		}
		if len(text) > 0 {
			return
		}
	}
}

// A process whose record cannot be read is known by its name.
func TestRejectByName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, bySvloop, bySupervisor string }{
		{"/usr/bin/svctl", "is a supervisor, not svloop", ""},
		{"simplevisor", "is a supervisor, not svloop", ""},
		{"svloop", "", "is svloop, not a supervisor"},
		{"simplevisor-loop", "", "is svloop, not a supervisor"},
		{"sleep", "", ""},
	} {
		cmd := exec.Command("sleep", "1000")
		cmd.Args[0] = test.name
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}()
		awaitArguments(t, cmd.Process.Pid)
		found := pidfile.Status{State: pidfile.Stuck, PID: cmd.Process.Pid}
		for _, by := range []struct {
			instances pidfile.Instances
			want      string
		}{{Svloop, test.bySvloop}, {Supervisor, test.bySupervisor}} {
			err := by.instances.Reject("/x.pid", found)
			switch {
			case err == nil && by.want == "":
			case err == nil || by.want == "" || !strings.HasSuffix(err.Error(), by.want) || hint.Of(err) == "":
				t.Errorf("%s, for %s: %v, want %q", test.name, by.instances.Name, err, by.want)
			}
		}
	}
}
