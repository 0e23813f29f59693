//go:build linux

package daemonize

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/proctree"
)

// said is a daemon that has sent a message and exits like a command.
func said(t *testing.T, text string, close bool, command ...string) *Daemon {
	t.Helper()
	reader, writer, err := os.Pipe()
	check(t, err)
	_, err = writer.WriteString(text)
	check(t, err)
	if close {
		writer.Close()
	}
	cmd := exec.Command(command[0], command[1:]...)
	check(t, cmd.Start())
	t.Cleanup(func() {
		writer.Close()
		_ = cmd.Process.Kill()
		_, _ = cmd.Process.Wait() // Daemon.Wait may have reaped it already
	})
	process, err := os.FindProcess(cmd.Process.Pid) // which Wait may release
	check(t, err)
	return &Daemon{process: process, pid: process.Pid, reader: reader, alone: true}
}

func TestWait(t *testing.T) {
	t.Parallel()
	ended := func(how string) string { return "the daemon exited before it was ready: " + how }
	tests := []struct {
		name, text string
		close      bool
		command    []string
		code       int // 0: success
		want       string
		warnings   []string
		unlike     bool
	}{
		{name: "ready", text: "ready\n", command: []string{"sleep", "100"}},
		{name: "ready, and more", text: "ready\nfail 1 \"x\"\n", command: []string{"sleep", "100"}},
		{name: "words for a later version", text: "progress 50\n\nready\n", command: []string{"sleep", "100"}},
		{name: "warnings", text: "warn \"a\"\nwarn not quoted\nready\n", command: []string{"sleep", "100"}, warnings: []string{"a", "not quoted"}},
		{name: "another version", text: "unlike\n", command: []string{"false"}, unlike: true},
		{name: "failure", text: "fail 3 \"a\\nb\"\n", command: []string{"false"}, code: 3, want: "a\nb"},
		{name: "failure without a status", text: "fail x \"why\"\n", command: []string{"false"}, code: 1, want: "why"},
		{name: "failure without a reason", text: "fail\n", command: []string{"false"}, code: 1},
		{name: "nothing", close: true, command: []string{"true"}, code: 1, want: ended("exit status 0")},
		{name: "an incomplete word", text: "ready", close: true, command: []string{"true"}, code: 1, want: ended("exit status 0")},
		{name: "a warning and end of file", text: "warn \"w\"\n", close: true, command: []string{"sh", "-c", "exit 9"}, code: 1, want: ended("exit status 9"), warnings: []string{"w"}},
		{name: "a signal", close: true, command: []string{"sh", "-c", "kill -ABRT $$"}, code: 1, want: ended("signal: aborted")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var warnings []string
			d := said(t, test.text, test.close, test.command...)
			err := d.Wait(t.Context(), func(text string) { warnings = append(warnings, text) })
			var failed *FailedError
			switch {
			case test.unlike:
				if !errors.Is(err, ErrUnlike) {
					t.Errorf("%v", err)
				}
			case test.code == 0:
				if err != nil {
					t.Errorf("%v", err)
				}
			case !errors.As(err, &failed) || failed.Code != test.code || failed.Text != test.want || err.Error() != test.want:
				t.Errorf("%#v, want status %d, %q", err, test.code, test.want)
			}
			if !slices.Equal(warnings, test.warnings) {
				t.Errorf("warnings %q, want %q", warnings, test.warnings)
			}
		})
	}
}

// A caller that gives up gets no success, because it has sent SIGTERM.
func TestWaitThatWasGivenUp(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "ready\n", "fail 1 \"x\"\n"} {
		d := said(t, text, true, "sleep", "100")
		because := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(because)
		if err := d.Wait(ctx, nil); !errors.Is(err, because) {
			t.Errorf("after %q: %v, want %v", text, err, because)
		}
		if err := d.process.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("after %q the daemon is there: %v", text, err)
		}
	}
}

// A daemon that ignores SIGTERM is killed after the grace period, with its session.
func TestGrace(t *testing.T) {
	t.Parallel()
	d := said(t, "", true, "setsid", "sh", "-c", "trap '' TERM; sleep 100; :")
	d.grace = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Wait(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := d.process.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("the daemon is there: %v", err)
	}
	if table, err := proctree.Snapshot(); err != nil || len(table.InSession(d.PID())) > 0 {
		t.Errorf("its session has %v, %v", table.InSession(d.PID()), err)
	}
}

func TestHeard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text  string
		close, want bool
	}{
		{"a word", "ready\n", false, true},
		{"the end", "", true, true},
		{"nothing", "", false, false},
	}
	for _, test := range tests {
		within := patience
		if !test.want {
			within = time.Millisecond
		}
		d := said(t, test.text, test.close, "sleep", "100")
		if heard := d.Heard(within); heard != test.want {
			t.Errorf("%s: heard %v, want %v", test.name, heard, test.want)
		}
		d.reader.Close()
	}
}
