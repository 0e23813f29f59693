package instance

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
		want   Code
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
		want Code
	}{
		{refused(launch.ErrNotFound), NotFound},
		{fmt.Errorf("again: %w", refused(launch.ErrNotFound)), NotFound},
		{refused(fs.ErrPermission), CannotExec},
		{refused(syscall.ENOEXEC), CannotExec},
		{fmt.Errorf("again: %w", refused(syscall.EISDIR)), CannotExec},
		{errors.New("cannot make a pipe"), Failed},
		{syscall.EMFILE, Failed},
	}
	for _, test := range tests {
		if got := codeOfStart(test.err); got != test.want {
			t.Errorf("%v: exit status %d, want %d", test.err, got, test.want)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	codes := map[Code]int{OK: 0, Failed: 1, Timeout: 124, CannotExec: 126, NotFound: 127, Signaled: 128}
	for code, want := range codes {
		if int(code) != want {
			t.Errorf("%d, want %d", code, want)
		}
	}
}
