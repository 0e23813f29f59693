//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/pidfile"
)

// lockToRead takes the lock that any reader of the file can take.
func lockToRead(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	check(t, err)
	check(t, unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_RDLCK}))
	return f
}

// The lock of a user who may only read the file prevents neither a claim nor a quit.
func TestReadersLock(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
	reader := lockToRead(t, path)
	defer reader.Close()
	f := claim(t, path)
	if got, want := content(t, path), fmt.Sprintf("%d\n", os.Getpid()); got != want {
		t.Errorf("it holds %q, want %q", got, want)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	check(t, f.Release())

	put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
	again := lockToRead(t, path)
	defer again.Close()
	if before, err := pidfile.RequestQuit(within(t), path, nil); err != nil || before.State != pidfile.Dead {
		t.Errorf("quit: %+v, %v", before, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}

	// A file that is not a pid file is not replaced.
	put(t, path, "Dear Sir\n")
	third := lockToRead(t, path)
	defer third.Close()
	if _, err := pidfile.Claim(path, noSurvivors(t)); !errors.Is(err, pidfile.ErrMalformed) || content(t, path) != "Dear Sir\n" {
		t.Errorf("claim of a document: %v", err)
	}
}

// A claim takes over the copy that a killed replacement left.
func TestReplacementAfterACrash(t *testing.T) {
	t.Parallel()
	path := aPath(t)
	put(t, path, fmt.Sprintf("%d\n", deadPID(t)))
	put(t, path+".claim", "a longer text that was left\n")
	reader := lockToRead(t, path)
	defer reader.Close()
	f := claim(t, path)
	if exists(path + ".new") {
		t.Error("the copy is still there")
	}
	check(t, f.Release())
}
