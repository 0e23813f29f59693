//go:build linux

package pidfile_test

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/pidfile"
)

// The program of an instance is the process that its record names.
func TestOpenProgram(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := start(t, "names", path, "0")
	child, err := strconv.Atoi(a.says())
	check(t, err)
	h, err := pidfile.Instances{}.OpenProgram(path)
	check(t, err)
	defer h.Close()
	if h.PID != child {
		t.Errorf("got process %d, want %d", h.PID, child)
	}
	check(t, h.Signal(syscall.SIGKILL))
	check(t, h.Wait(within(t)))
	if _, err := (pidfile.Instances{}).OpenProgram(path); !errors.Is(err, pidfile.ErrNoProgram) {
		t.Errorf("a zombie: got %v", err)
	}
}

// The only child of an instance of simplevisor-loop is its program.
func TestOpenProgramOfTheOldTool(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	a := startNamed(t, "simplevisor-loop", "old", path)
	a.mustSay("holding")
	want := "no program runs: instance " + strconv.Itoa(a.pid()) + " does not name its program, and has 0 children"
	if _, err := mixed.OpenProgram(path); !errors.Is(err, pidfile.ErrNoProgram) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A record is believed only of a process that belongs to the instance.
func TestOpenProgramRefuses(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	if _, err := (pidfile.Instances{}).OpenProgram(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
	stranger := start(t, "wait")
	a := start(t, "names", path, strconv.Itoa(stranger.pid()))
	a.says()
	_, err := pidfile.Instances{}.OpenProgram(path)
	want := "no program runs: process " + strconv.Itoa(stranger.pid()) + " does not belong to instance " + strconv.Itoa(a.pid())
	if !errors.Is(err, pidfile.ErrNoProgram) || err.Error() != want {
		t.Errorf("a stranger: got %v, want %s", err, want)
	}
	check(t, os.Chmod(path, 0o666))
	if _, err := (pidfile.Instances{}).OpenProgram(path); !errors.Is(err, pidfile.ErrUntrusted) && !errors.Is(err, pidfile.ErrNoProgram) {
		t.Errorf("a file that others may write: got %v", err)
	}
	other := aPath(t)
	put(t, other, strconv.Itoa(deadPID(t))+"\n")
	if _, err := (pidfile.Instances{}).OpenProgram(other); !errors.Is(err, pidfile.ErrNoProgram) || !strings.Contains(err.Error(), "it is dead") {
		t.Errorf("a dead instance: got %v", err)
	}
}
