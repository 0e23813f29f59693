package spawn

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree creates a directory with files of these names, modes and contents.
type file struct {
	name, text string
	mode       fs.FileMode
}

func tree(t *testing.T, files ...file) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check(t, os.WriteFile(path, []byte(f.text), f.mode))
		check(t, os.Chmod(path, f.mode))
	}
	return dir
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := tree(t,
		file{"one/prog", "", 0o755}, file{"two/prog", "", 0o755}, file{"two/only", "", 0o755},
		file{"one/data", "", 0o644}, file{"one/late", "", 0o644}, file{"two/late", "", 0o755},
		file{"one/folder/x", "", 0o755}, file{"here", "", 0o755},
	)
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	both := one + ":" + two
	tests := []struct {
		name, path, base string
		want             string // below dir
		err              error
	}{
		{name: "prog", path: both, want: "one/prog"},
		{name: "prog", path: two + ":" + one, want: "two/prog"},
		{name: "only", path: both, want: "two/only"},
		{name: "late", path: both, want: "two/late"}, // files that cannot be executed are skipped
		{name: "data", path: both, err: fs.ErrPermission},
		{name: "folder", path: both, err: ErrNotFound},
		{name: "none", path: both, err: ErrNotFound},
		{name: "here", path: both, base: dir, err: ErrNotFound},
		{name: "here", path: one + "::" + two, base: dir, want: "here"}, // an empty element is the base
		{name: "here", path: one + ":.", base: dir, want: "here"},
		{name: "prog", path: "two:one", base: dir, want: "two/prog"},
		{name: "prog", path: "one", err: ErrNotFound}, // without a base, relative directories are skipped
		{name: "./here", path: both, base: dir, want: "here"},
		{name: "one/prog", base: dir, want: "one/prog"},
		{name: "../here", base: one, want: "one/../here"}, // the kernel resolves ".."
		{name: one + "/none", want: "one/none"},           // a path is not searched
	}
	for _, test := range tests {
		got, err := find(test.name, test.path, test.base)
		want := ""
		if test.err == nil {
			want = dir + "/" + test.want
		}
		if got != want || !errors.Is(err, test.err) {
			t.Errorf("find(%q, %q, %q) = %q, %v; want %q, %v", test.name, test.path, test.base, got, err, want, test.err)
		}
	}
	if _, err := find("./here", both, ""); err == nil || err.Error() != "the path is relative, but the current directory was removed" {
		t.Errorf("a relative path without a base: %v", err)
	}
	if got, err := find("sh", "", ""); err != nil || !strings.HasSuffix(got, "/bin/sh") {
		t.Errorf("sh without a PATH is %q, %v", got, err)
	}
}

func TestErrorUnwraps(t *testing.T) {
	t.Parallel()
	err := error(&Error{Step: "execute", Name: "a b", Err: ErrNotFound})
	if !errors.Is(err, ErrNotFound) || err.Error() != `cannot execute "a b": command not found` {
		t.Errorf("%v", err)
	}
}
