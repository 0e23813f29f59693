package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/internal/launch"
)

func TestCodeOfExit(t *testing.T) {
	t.Parallel()
	const core = 0x80
	tests := []struct {
		status unix.WaitStatus
		want   exitCode
		text   string
	}{
		{0, 0, "exit status 0"},
		{1 << 8, 1, "exit status 1"},
		{255 << 8, 255, "exit status 255"},
		{128 << 8, 128, "exit status 128"},
		{unix.WaitStatus(unix.SIGHUP), 129, "killed by signal HUP"},
		{unix.WaitStatus(unix.SIGKILL), 137, "killed by signal KILL"},
		{unix.WaitStatus(unix.SIGTERM), 143, "killed by signal TERM"},
		{unix.WaitStatus(unix.SIGSEGV) | core, 139, "killed by signal SEGV (core dumped)"},
		{64, 192, "killed by signal RTMIN+30"},
	}
	for _, test := range tests {
		if got := codeOfExit(test.status); got != test.want {
			t.Errorf("%#x: exit status %d, want %d", test.status, got, test.want)
		}
		if got := describe(test.status); got != test.text {
			t.Errorf("%#x: %q, want %q", test.status, got, test.text)
		}
	}
}

func TestCodeOfStart(t *testing.T) {
	t.Parallel()
	refused := func(err error) error { return &launch.Error{Step: "execute", Name: "x", Err: err} }
	tests := []struct {
		err  error
		want exitCode
	}{
		{refused(launch.ErrNotFound), exitNotFound},
		{fmt.Errorf("again: %w", refused(launch.ErrNotFound)), exitNotFound},
		{refused(fs.ErrPermission), exitCannotExec},
		{refused(syscall.ENOEXEC), exitCannotExec},
		{fmt.Errorf("again: %w", refused(syscall.EISDIR)), exitCannotExec},
		{errors.New("cannot make a pipe"), exitFailed},
		{syscall.EMFILE, exitFailed},
	}
	for _, test := range tests {
		if got := codeOfStart(test.err); got != test.want {
			t.Errorf("%v: exit status %d, want %d", test.err, got, test.want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	codes := map[exitCode]int{
		exitOK: 0, exitFailed: 1, exitUsage: 2, exitTimeout: 124, exitCannotExec: 126, exitNotFound: 127, exitSignal: 128,
	}
	for code, want := range codes {
		if int(code) != want {
			t.Errorf("%d, want %d", code, want)
		}
	}
}
