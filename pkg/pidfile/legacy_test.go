//go:build linux

package pidfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPidfileOfACommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine, other, link := filepath.Join(dir, "x.pid"), filepath.Join(dir, "sub", "x.pid"), filepath.Join(dir, "link")
	for _, name := range []string{mine, other} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args          []string
		another, this bool
	}{
		{[]string{"simplevisor-loop"}, false, false},
		{[]string{"simplevisor-loop", "--pidfile"}, false, false},
		{[]string{"simplevisor-loop", "--pidfile", mine, "cmd"}, false, true},
		{[]string{"simplevisor-loop", "--pidfile=" + mine}, false, true},
		{[]string{"simplevisor-loop", "-pidfile", filepath.Join(link, "x.pid")}, false, true},
		{[]string{"simplevisor-loop", "--pidfile", "x.pid"}, false, false},
		{[]string{"simplevisor-loop", "--pidfile", "y.pid"}, true, false},
		{[]string{"simplevisor-loop", "--pidfile", other}, true, false},
		{[]string{"simplevisor-loop", "--pidfile", mine, "cmd", "--pidfile", other}, false, true},
	} {
		if got := namesAnother(test.args, mine); got != test.another {
			t.Errorf("%q names another: %v", test.args, got)
		}
		if got := namesFile(test.args, mine); got != test.this {
			t.Errorf("%q names the file: %v", test.args, got)
		}
	}
}
