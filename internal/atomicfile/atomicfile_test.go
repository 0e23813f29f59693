package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// want compares a file, and expects no other in its directory.
func want(t *testing.T, path, contents string, mode fs.FileMode, others ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	info, e := os.Lstat(path)
	if err != nil || e != nil || string(text) != contents || info.Mode() != mode {
		t.Errorf("%q, %v, %v %v; want %q, %v", text, info, err, e, contents, mode)
	}
	all, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(all) != 1+len(others) {
		t.Errorf("left behind: %v %v", all, err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.prom")
	defer syscall.Umask(syscall.Umask(0o077))
	for _, contents := range []string{"one\n", "two\n", ""} {
		if err := Write(path, []byte(contents), 0o644); err != nil {
			t.Fatal(err)
		}
		want(t, path, contents, 0o644)
	}
	if err := os.WriteFile(filepath.Join(dir, ".a.prom.new"), []byte("left by a killed process"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("three"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, path, "three", 0o600)
}

// TestWriteNamed has a file system without O_TMPFILE.
func TestWriteNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.prom")
	temporary := func() file {
		f, err := os.CreateTemp(filepath.Dir(path), ".a.prom.*.new")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return file{f, f.Name()}
	}
	f := temporary()
	if err := f.publish(path); err != nil {
		t.Fatal(err)
	}
	want(t, path, "", 0o600)
	temporary().discard()
	want(t, path, "", 0o600)
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "file"), link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		link:           "replace " + link + ": it is not a regular file",
		fifo:           "replace " + fifo + ": it is not a regular file",
		dir:            "replace " + dir + ": it is not a regular file",
		dir + "/no/x":  "open " + dir + "/no/x: no such file or directory",
		dir + "/file/": "open " + dir + "/file/: not a directory",
		"/proc/x.prom": "open /proc/x.prom: ",
	} {
		err := Write(path, []byte("x"), 0o644)
		var e *fs.PathError
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
}

// TestWriteTogether has many writers and a reader of one file. The reader always finds the
// whole contents of one writer.
func TestWriteTogether(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.prom")
	contents := func(i int) string { return strings.Repeat(fmt.Sprintf("writer %d\n", i), 2000) }
	whole := map[string]bool{}
	for i := range 8 {
		whole[contents(i)] = true
	}
	if err := Write(path, []byte(contents(0)), 0o644); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 50 {
				if err := Write(path, []byte(contents(i)), 0o644); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for {
		text, err := os.ReadFile(path)
		if err != nil || !whole[string(text)] {
			t.Errorf("%d bytes, %v", len(text), err)
		}
		select {
		case <-done:
			text, _ := os.ReadFile(path)
			want(t, path, string(text), 0o644)
			return
		default:
		}
	}
}
