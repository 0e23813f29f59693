package runtimedir

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, pair := range pairs {
			if value, found := strings.CutPrefix(pair, name+"="); found {
				return value
			}
		}
		return ""
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	boot := bootName()
	if boot == "" {
		t.Fatal("the boot has no id")
	}
	home := "/home/x/.local/state/svctl/" + boot
	for _, test := range []struct {
		uid  int
		env  []string
		want []string
	}{
		{0, []string{"XDG_RUNTIME_DIR=/run/user/7", "HOME=/root"}, []string{"/run/svctl"}},
		{7, []string{"XDG_RUNTIME_DIR=/run/x", "HOME=/home/x"}, []string{"/run/x/svctl", "/run/user/7/svctl", home}},
		{7, []string{"XDG_RUNTIME_DIR=run", "HOME=/home/x"}, []string{"/run/user/7/svctl", home}},
		{7, []string{"HOME=x"}, []string{"/run/user/7/svctl"}},
		{7, []string{"SVCTL_RUNTIME_DIR=/a/b/", "HOME=/home/x"}, []string{"/a/b"}},
		{0, []string{"SVCTL_RUNTIME_DIR=/a/b"}, []string{"/a/b"}},
		{0, []string{"SVCTL_RUNTIME_DIR=a/b"}, []string{"/run/svctl"}},
	} {
		var got []string
		for _, p := range candidates(User{test.uid, env(test.env...)}) {
			got = append(got, p.path())
			if p.owner != test.uid || p.mode != map[bool]fs.FileMode{true: 0o755, false: 0o700}[test.uid == 0] {
				t.Errorf("%s: owner %d, mode %04o", p.path(), p.owner, p.mode)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("user %d with %q: %q, want %q", test.uid, test.env, got, test.want)
		}
	}
}

// newCandidate returns a candidate below a new directory that has the mode of a home.
func newCandidate(t *testing.T, names ...string) candidate {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return candidate{base: dir, names: names, owner: os.Geteuid(), mode: 0o755}
}

func TestOpenMakes(t *testing.T) {
	t.Parallel()
	p := newCandidate(t, ".local", "state", "svctl")
	if _, err := p.open(false); err == nil {
		t.Error("a directory that does not exist was opened")
	}
	for range 2 { // made, then found
		dir, err := p.open(true)
		if err != nil {
			t.Fatal(err)
		}
		if err := dir.WriteFile("x", nil, 0o600); err != nil {
			t.Error(err)
		}
		dir.Close()
	}
	for name, want := range map[string]fs.FileMode{".local": 0o700, ".local/state": 0o700, ".local/state/svctl": 0o755} {
		info, err := os.Stat(filepath.Join(p.base, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, error %v, want mode %04o", name, info, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(p.path(), "x")); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		do   func(dir string) error // base is dir
		want string
	}{
		{"link", func(dir string) error { return os.Symlink("/tmp", dir+"/a") }, `"DIR/a" is not a directory`},
		{"file", func(dir string) error { return os.WriteFile(dir+"/a", nil, 0o600) }, `"DIR/a" is not a directory`},
		{"link below", func(dir string) error {
			return cmp.Or(os.Mkdir(dir+"/a", 0o700), os.Mkdir(dir+"/other", 0o700), os.Symlink("../other", dir+"/a/b"))
		}, `"DIR/a/b" is not a directory`},
		{"writable base", func(dir string) error { return os.Chmod(dir, 0o1777) }, `other users can write to "DIR" (mode 0777)`},
		{"writable", func(dir string) error { return cmp.Or(os.Mkdir(dir+"/a", 0o700), os.Chmod(dir+"/a", 0o770)) }, `other users can write to "DIR/a" (mode 0770)`},
		{"no base", os.Remove, "no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newCandidate(t, "a", "b")
			if err := test.do(p.base); err != nil {
				t.Fatal(err)
			}
			dir, err := p.open(true)
			if err == nil {
				dir.Close()
				t.Fatal("it was opened")
			}
			if got := strings.ReplaceAll(err.Error(), p.base, "DIR"); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// A directory of another user is refused, as a base and below one.
func TestOpenForeign(t *testing.T) {
	t.Parallel()
	p := newCandidate(t, "a")
	p.owner++
	if _, err := p.open(true); err == nil || !strings.Contains(err.Error(), "belongs to user") {
		t.Errorf("base: %v", err)
	}
	if _, err := os.Stat(p.path()); err == nil {
		t.Error("a directory was made below that of another user")
	}
	if os.Geteuid() != 0 {
		return // nobody else can make the other directory; an end-to-end script runs as root
	}
	p = newCandidate(t, "a")
	if err := cmp.Or(os.Mkdir(p.path(), 0o755), os.Chown(p.path(), 1, -1)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.open(true); err == nil || !strings.HasSuffix(err.Error(), `a" belongs to user 1`) {
		t.Errorf("below: %v", err)
	}
}

func TestRemoveOlder(t *testing.T) {
	t.Parallel()
	boot := bootName()
	id := strings.Repeat("0", len(BootID()))
	p := newCandidate(t, "svctl", boot)
	keep := []string{hostName() + "x-" + id, "notes"}
	for _, name := range append(keep, hostName()+"-"+id) {
		if err := os.MkdirAll(filepath.Join(p.base, "svctl", name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := p.open(true)
	if err != nil {
		t.Fatal(err)
	}
	dir.Close()
	entries, err := os.ReadDir(filepath.Join(p.base, "svctl"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want := append(keep, boot)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Without a directory the error names each that was tried, and why.
func TestOpenNone(t *testing.T) {
	t.Parallel()
	const nobody = 1 << 30 // no such user: nothing belongs to it
	_, err := Open(User{nobody, env()})
	if err == nil || !strings.Contains(err.Error(), `there is no runtime directory: cannot use "/run/user/1073741824/svctl": no such file or directory`) {
		t.Error(err)
	}
	dir := t.TempDir()
	_, err = Open(User{nobody, env("XDG_RUNTIME_DIR=" + dir)})
	if err == nil || !strings.Contains(err.Error(), `cannot use "`+dir+`/svctl": "`+dir+`" belongs to user `) {
		t.Error(err)
	}
}
