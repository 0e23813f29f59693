package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadFile reads regular files, and refuses all others without blocking.
func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sparse := func(name string, size int64) {
		path := writeFile(t, filepath.Join(dir, name), "", 0o644)
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
	}
	root := os.Geteuid() == 0
	asRoot := func(err error) error {
		if root {
			return err
		}
		return nil
	}
	writeFile(t, filepath.Join(dir, "good"), "text", 0o644)
	writeFile(t, filepath.Join(dir, "empty"), "", 0o644)
	writeFile(t, filepath.Join(dir, "binary"), "\x7fELF\x00", 0o644)
	writeFile(t, filepath.Join(dir, "bytes"), "\xff\xfe", 0o644)
	writeFile(t, filepath.Join(dir, "of the group"), "text", 0o664)
	writeFile(t, filepath.Join(dir, "of everybody"), "text", 0o646)
	writeFile(t, filepath.Join(dir, "secret"), "text", 0)
	largest := writeFile(t, filepath.Join(dir, "largest"), strings.Repeat("# comment\n", maxFile/10)+"#\n", 0o644)
	if info, err := os.Stat(largest); err != nil || info.Size() > maxFile {
		t.Fatalf("%v, %v", info, err)
	}
	sparse("too large", maxFile+1)
	sparse("100 MB", 100<<20)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"link": "good", "dangling": "missing", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		want error
	}{
		{"good", nil}, {"link", nil}, {"empty", nil}, {"bytes", nil}, {"of the group", nil}, {"largest", nil},
		{"too large", errTooLarge}, {"100 MB", errTooLarge}, {"binary", errBinary}, {"pipe", errNotPlain}, {".", errNotPlain},
		{"missing", fs.ErrNotExist}, {"dangling", fs.ErrNotExist}, {"loop", syscall.ELOOP}, {"of everybody", asRoot(errWritable)},
	} {
		path := filepath.Join(dir, test.name)
		data, err := guardedFiles{}.ReadFile(path)
		if !errors.Is(err, test.want) || test.want == nil && err != nil {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
		if err == nil {
			if want, _ := os.ReadFile(path); string(data) != string(want) {
				t.Errorf("%s: got %.20q, want %.20q", test.name, data, want)
			}
			continue
		}
		if pathError, ok := errors.AsType[*fs.PathError](err); !ok || pathError.Path != path || data != nil {
			t.Errorf("%s: got %.20q and %v, which does not name the file", test.name, data, err)
		}
	}
	for _, device := range []string{"/dev/null", "/dev/zero"} {
		if _, err := (guardedFiles{}).ReadFile(device); !errors.Is(err, errNotPlain) {
			t.Errorf("%s: got %v", device, err)
		}
	}
	if _, err := (guardedFiles{}).ReadFile(filepath.Join(dir, "secret")); !root && !errors.Is(err, fs.ErrPermission) {
		t.Errorf("secret: got %v", err)
	}
}

// TestBadConfiguration reports one clear message for each file, with the right code. The
// code of status never means that the service is dead.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) { writeFile(t, filepath.Join(dir, name), text, 0o644) }
	put("binary.conf", "\x00")
	put("includes.conf", "\n<<include binary.conf>>\n")
	put("wrong.conf", "<entry>\ntype = service\nname = a\ncomand = x\n</entry>\n")
	put("open.conf", "<entry>\n")
	put("file", "")
	for _, test := range []struct{ name, want string }{
		{"missing.conf", `DIR/missing.conf: cannot read: no such file or directory
svctl: hint: ` + howToWrite},
		{".", `DIR/.: cannot read: is a directory: name a file or a pattern like "*.conf"`},
		{"file/a.conf", `DIR/file/a.conf: cannot read: not a directory`},
		{"binary.conf", `DIR/binary.conf: cannot read: not a text file: it contains a NUL byte`},
		{"open.conf", `DIR/open.conf:1:1: block "<entry>" is not closed: add "</entry>"`},
		{"includes.conf", `DIR/includes.conf:2:1: cannot include "DIR/binary.conf": not a text file: it contains a NUL byte`},
		{"wrong.conf", `DIR/wrong.conf:4:1: unknown key "comand" (did you mean "control"?)
svctl: DIR/wrong.conf:1:1: service "a" has neither start nor control`},
	} {
		for action, code := range map[string]int{"status": 4, "start": 6, "check": 6, "list": 6, "match": 6} {
			wantAnswer(t, dir, answer{stderr: "svctl: " + test.want + "\n", code: code}, "--conf", dir+"/"+test.name, action)
		}
		wantAnswer(t, dir, answer{stderr: "svctl: " + test.want + "\n", code: 6}, "--conf", dir+"/"+test.name, "config", "check")
	}
	wantAnswer(t, dir, answer{stderr: "svctl: cannot read configuration \"DIR/missing.conf\": no such file or directory\nsvctl: hint: " + howToWrite + "\n", code: 6},
		"--conf", dir+"/missing.conf", "--conftype", "json", "list")
}
