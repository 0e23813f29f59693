//go:build linux

package proctree_test

import (
	"bufio"
	"errors"
	"os/exec"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// A shell that traps USR1 and ignores USR2 has these effects of signals.
func TestEffectOf(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("/bin/sh", "-c", "trap : USR1; trap '' USR2; echo ready; read line")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	for sig, want := range map[syscall.Signal]proctree.Effect{
		syscall.SIGUSR1: proctree.Handled, syscall.SIGUSR2: proctree.Ignored, syscall.SIGALRM: proctree.Fatal,
		syscall.SIGKILL: proctree.Fatal, syscall.SIGWINCH: proctree.Ignored, syscall.Signal(64): proctree.Fatal,
	} {
		if got, err := proctree.EffectOf(cmd.Process.Pid, sig); got != want || err != nil {
			t.Errorf("%s: got %d, %v, want %d", proctree.SignalName(sig), got, err, want)
		}
	}
	stdin.Close()
	_ = cmd.Wait()
	if _, err := proctree.EffectOf(cmd.Process.Pid, syscall.SIGHUP); !errors.Is(err, proctree.ErrGone) {
		t.Errorf("a process that has exited: got %v", err)
	}
}
