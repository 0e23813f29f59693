//go:build linux

package proctree_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// TestNoDescriptorLeft runs in a process of its own, which has no free descriptors: no
// call may report that a living process is gone.
func TestNoDescriptorLeft(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", role+"=poor")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil || string(out) != "" {
		t.Errorf("%v:\n%s", err, out)
	}
}

// lookWithoutDescriptors prints the wrong results in a process that can open no file,
// and in one that can open one.
func lookWithoutDescriptors() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	say := func(what string, err error) {
		if err == nil || !errors.Is(err, unix.EMFILE) {
			out.WriteString(what + ": " + errorText(err) + "\n")
		}
	}
	next, err := os.Open("/")
	if err != nil {
		out.WriteString(err.Error() + "\n")
		return
	}
	free := uint64(next.Fd())
	next.Close()
	limit := unix.Rlimit{Cur: free, Max: free + 10}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		out.WriteString(err.Error() + "\n")
	}
	_, err = proctree.Snapshot()
	say("Snapshot", err)
	_, err = proctree.ReadStat(os.Getpid())
	say("ReadStat", err)
	_, err = proctree.Dying(os.Getpid())
	say("Dying", err)
	_, err = proctree.Args(os.Getpid())
	say("Args", err)
	_, err = proctree.Open(os.Getpid())
	say("Open", err)

	// One descriptor suffices for the table.
	limit.Cur++
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		out.WriteString(err.Error() + "\n")
	}
	if _, err := proctree.Snapshot(); err != nil {
		out.WriteString(err.Error() + "\n")
	}
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}
