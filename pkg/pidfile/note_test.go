//go:build linux

package pidfile_test

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// A program may change its main process without limit, but the note has only lines for
// the living process and its session.
func TestNoteHasLivingProcessesOnly(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	f := claim(t, path)
	defer f.Release()
	for range 3 {
		cmd := exec.Command("sleep", "1000")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		check(t, cmd.Start())
		main, err := proctree.ReadStat(cmd.Process.Pid)
		check(t, err)
		autogroup, err := proctree.Autogroup(main.PID)
		check(t, err)
		session := fmt.Sprintf("%d 0 %d", main.PID, autogroup)
		if autogroup == 0 {
			session = fmt.Sprint(main.PID)
		}
		want := fmt.Sprintf("%s\n%d %d\n", session, main.PID, main.Start)
		for range 2 {
			check(t, f.NoteProcess(main))
			if got := content(t, path+".adopted"); got != want {
				t.Errorf("the note has %q, want %q", got, want)
			}
		}
		check(t, cmd.Process.Kill())
		_ = cmd.Wait()
	}
}
