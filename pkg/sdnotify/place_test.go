//go:build linux

package sdnotify_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/sdnotify"
)

// Other users cannot find the name, and Close removes everything.
func TestNameIsSecret(t *testing.T) {
	t.Parallel()
	s := listen(t, sdnotify.Options{UID: os.Getuid()})
	dir, name := filepath.Split(s.Name())
	info, err := os.Stat(dir)
	check(t, err)
	if info.Mode().Perm() != 0o711 || len(name) != 32 {
		t.Errorf("%q has mode %v", s.Name(), info.Mode())
	}
	sockets, err := os.ReadFile("/proc/net/unix")
	check(t, err)
	if strings.Contains(string(sockets), name) {
		t.Errorf("the kernel publishes %q", name)
	}
	check(t, s.Close())
	if _, err := os.Lstat(dir); !os.IsNotExist(err) {
		t.Errorf("%q is left: %v", dir, err)
	}
}

// Only root and the user of the program can send. If the program runs as root,
// any user that knows the name can.
func TestSocketMode(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		leaveOut(t, "only root can listen for another user")
	}
	for uid, mode := range map[int]fs.FileMode{0: 0o666, nobody: 0o600} {
		s := listen(t, sdnotify.Options{UID: uid})
		info, err := os.Stat(s.Name())
		check(t, err)
		if owner := int(info.Sys().(*syscall.Stat_t).Uid); owner != uid || info.Mode().Perm() != mode {
			t.Errorf("user %d: the socket has mode %v and owner %d", uid, info.Mode(), owner)
		}
	}
}

// In another root directory, the name is inside of it, and links out of it are
// not followed.
func TestListenInAnotherRoot(t *testing.T) {
	t.Parallel()
	root, outside := t.TempDir(), t.TempDir()
	check(t, os.Symlink(outside, filepath.Join(root, "run")))
	in := func(want string) {
		t.Helper()
		s := listen(t, sdnotify.Options{UID: os.Getuid(), Root: root})
		if filepath.Dir(filepath.Dir(s.Name())) != want {
			t.Errorf("the socket is at %q, want one in %q", s.Name(), want)
		}
		if _, err := os.Stat(filepath.Join(root, s.Name())); err != nil {
			t.Error(err)
		}
	}
	in("/")
	check(t, os.Mkdir(filepath.Join(root, "tmp"), 0o700))
	in("/tmp")
	check(t, os.Chmod(filepath.Join(root, "tmp"), 0o777)) // other users could replace the directory
	in("/")
	check(t, os.Chmod(filepath.Join(root, "tmp"), 0o777|fs.ModeSticky))
	in("/tmp")
	check(t, os.Remove(filepath.Join(root, "run")))
	check(t, os.Mkdir(filepath.Join(root, "run"), 0o755))
	in("/run")
}

func TestListenNowhere(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "none")
	_, err := sdnotify.Listen(sdnotify.Options{Root: root})
	want := "cannot listen for notifications: cannot create a directory in /run, /tmp, /: open " + root + "/run: no such file or directory"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Directories of killed processes are removed. Those of living processes, and
// others with similar names, stay.
func TestSweep(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	living := listen(t, sdnotify.Options{UID: os.Getuid(), Root: root})
	left := filepath.Join(root, "sdnotify.left")
	check(t, os.Mkdir(left, 0o711))
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(fd)
	check(t, unix.Bind(fd, &unix.SockaddrUnix{Name: filepath.Join(left, "socket")}))
	file := filepath.Join(root, "sdnotify.txt")
	check(t, os.WriteFile(file, nil, 0o600))
	sdnotify.Sweep(root)
	if _, err := os.Lstat(left); !os.IsNotExist(err) {
		t.Errorf("what was left is still there: %v", err)
	}
	for _, path := range []string{filepath.Join(root, living.Name()), file} {
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	}
}
