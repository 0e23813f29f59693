package hint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestToWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	denied := fmt.Sprintf("run it as root, or name a file that user %d may write", os.Geteuid())
	if os.Geteuid() == 0 {
		denied = ""
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: dir + "/none/x", Err: fs.ErrNotExist}, fmt.Sprintf("create the directory %q", dir+"/none")},
		{&fs.PathError{Op: "open", Path: dir + "/dangling", Err: fs.ErrNotExist}, ""},
		{&fs.PathError{Op: "open", Path: dir + "/x", Err: fs.ErrPermission}, denied},
		{&fs.PathError{Op: "rename", Path: dir + "/none/x", Err: fs.ErrNotExist}, ""},
		{errors.New("else"), ""},
	} {
		wrapped := fmt.Errorf("cannot open file: %w", test.err)
		got := ToWrite(wrapped)
		if Of(got) != test.want || got.Error() != wrapped.Error() || !errors.Is(got, test.err) {
			t.Errorf("%v: got %q with the hint %q, want %q", test.err, got, Of(got), test.want)
		}
	}
}

// A relative name is one in the working directory, which exists.
func TestToWriteRelative(t *testing.T) {
	t.Parallel()
	_, err := os.OpenFile(filepath.Join("none", "x"), os.O_WRONLY, 0)
	if got := Of(ToWrite(err)); got != `create the directory "none"` {
		t.Errorf("got %q", got)
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	err := With(errors.New("x"), "do y")
	if got := Of(fmt.Errorf("more: %w", err)); got != "do y" {
		t.Errorf("got %q", got)
	}
	if Of(With(errors.New("x"), "")) != "" || Of(nil) != "" {
		t.Error("an empty hint is no hint")
	}
}
