package export

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWriteAllOrNone has a directory in the place of the last of several files,
// which is replaced by force no more than without.
func TestWriteAllOrNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bundle := func(text string) []*Bundle {
		files := []File{{"x/first", 0o644, text}, {"x/last", 0o644, text}}
		stamp(files, []string{"# x"})
		return []*Bundle{{Name: "x", Files: files}}
	}
	if err := Directory(dir).Write(bundle("before\n"), false); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "x/first"))
	if err != nil {
		t.Fatal(err)
	}
	last := filepath.Join(dir, "x/last")
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(last, 0o755); err != nil {
		t.Fatal(err)
	}
	err = Directory(dir).Write(bundle("after\n"), true)
	if want := `cannot replace "` + last + `": it is a directory`; err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
	if after, err := os.ReadFile(filepath.Join(dir, "x/first")); string(after) != string(before) {
		t.Errorf("the first file was replaced: %q, %v", after, err)
	}
	left, err := filepath.Glob(dir + "/x/.*")
	if hidden, globErr := filepath.Glob(dir + "/.*"); err != nil || globErr != nil || len(left)+len(hidden) > 0 {
		t.Errorf("left behind: %q %q, %v %v", left, hidden, err, globErr)
	}
}
