package formats

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/svloop/svloop/internal/export"
	"github.com/svloop/svloop/internal/export/exporttest"
	"github.com/svloop/svloop/internal/export/initscript"
)

// TestOfAnother compares the commands that made files: a/b has the same name as a-b, and
// sysv and OpenRC share a directory.
func TestOfAnother(t *testing.T) {
	t.Parallel()
	dir := export.Directory(t.TempDir())
	render := func(f export.Format, path string) *export.Bundle {
		t.Helper()
		s := exporttest.Source(t, "control = /bin/x")
		s.Path = path
		b, err := f.Render(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if err := (&export.Installation{Directory: dir, Write: []*export.Bundle{render(initscript.Sysv, "a/b")}}).Do(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	want := `cannot replace "` + filepath.Join(string(dir), "a-b") + `": it was made by "svctl export sysv a/b"`
	for _, test := range []struct {
		format export.Format
		path   string
		other  bool
	}{{initscript.Sysv, "a/b", false}, {initscript.Sysv, "a-b", true}, {initscript.OpenRC, "a/b", true}} {
		_, err := test.format.Removal(dir, []string{test.path}, false)
		if (err != nil) != test.other || test.other && err.Error() != want {
			t.Errorf("to remove %s of %s: %v", test.path, test.format.Name, err)
		}
		in := &export.Installation{Directory: dir, Write: []*export.Bundle{render(test.format, test.path)}}
		if err := in.Check(false); (err != nil) != test.other || test.other && err.Error() != want {
			t.Errorf("to write %s of %s: %v", test.path, test.format.Name, err)
		}
		in, err = test.format.Removal(dir, []string{test.path}, true)
		if err != nil || !slices.Equal(in.Remove, []string{"a-b"}) {
			t.Errorf("by force: %q, %v", in.Remove, err)
		}
	}
}
