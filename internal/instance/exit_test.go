package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/svloop/svloop/internal/spawn"
)

func TestCodeOfStart(t *testing.T) {
	t.Parallel()
	refused := func(err error) error { return &spawn.Error{Step: "execute", Name: "x", Err: err} }
	tests := []struct {
		err  error
		want Code
	}{
		{refused(spawn.ErrNotFound), NotFound},
		{fmt.Errorf("again: %w", refused(spawn.ErrNotFound)), NotFound},
		{refused(fs.ErrPermission), CannotExec},
		{refused(syscall.ENOEXEC), CannotExec},
		{fmt.Errorf("again: %w", refused(syscall.EISDIR)), CannotExec},
		{errors.New("cannot create a pipe"), Failed},
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
	codes := map[Code]int{OK: 0, Failed: 1, Timeout: 124, CannotExec: 126, NotFound: 127}
	for code, want := range codes {
		if int(code) != want {
			t.Errorf("%d, want %d", code, want)
		}
	}
}
