package workdir

import (
	"os"
	"path/filepath"
	"testing"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ dir, path, want string }{
		{"/a/b", "c", "/a/b/c"}, {"/a/b", "./c//d", "/a/b/c/d"}, {"/", "c", "/c"}, {"/a", ".", "/a"},
		{"/a/b", "/c/../d/", "/c/../d/"}, {"", "c", "c"},
		{"/a/b", "../c", "/a/b/../c"}, {"/a/b", "c/../d", "/a/b/c/../d"}, {"/", "../c", "/../c"},
		{"/a/b", "c/", "/a/b/c/"}, {"/a/b", "..", "/a/b/.."}, {"/a/b", "..c", "/a/b/..c"},
	} {
		if got := Join(test.dir, test.path); got != test.want {
			t.Errorf("Join(%q, %q) = %q, want %q", test.dir, test.path, got, test.want)
		}
	}
}

// PWD may contain a symbolic link to the directory.
func TestGet(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.Mkdir(real, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	t.Chdir(link)
	t.Setenv("PWD", link)
	if got := Get(); got != real {
		t.Errorf("it is %q, want %q", got, real)
	}
	if err := os.Remove(real); err != nil {
		t.Fatal(err)
	}
	if got := Get(); got != "" {
		t.Errorf("after its removal it is %q", got)
	}
}
