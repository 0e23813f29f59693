package servicelock

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/svloop/svloop/internal/runtimedir"
)

// lastingDirectory is a directory that is made again when it was removed.
func lastingDirectory(t *testing.T) (d *Directory, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	d, err := Open(runtimedir.User{UID: os.Geteuid(), Getenv: func(name string) string {
		if name == runtimedir.Variable {
			return dir
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, dir
}

func TestSupervise(t *testing.T) {
	t.Parallel()
	d, dir := lastingDirectory(t)
	resolve := func(path string) string { return "/etc/" + path }
	id := IdentifySupervisor("a", resolve)
	if other := IdentifySupervisor("b", resolve); other == id {
		t.Errorf("two configurations have the identity %q", id)
	}
	first, err := d.Supervise(id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Supervise(id)
	if e, ok := errors.AsType[*SupervisedError](err); !ok || e.PID != os.Getpid() {
		t.Errorf("a second supervisor: %v", err)
	}
	if err := first.Keep(); err != nil {
		t.Error(err)
	}

	// The lock is taken again in a new directory, unless another process has it.
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := first.Keep(); err != nil {
		t.Error(err)
	}
	if _, err := d.Supervise(id); err == nil {
		t.Error("a second supervisor was not refused in the new directory")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	second, err := d.Supervise(id)
	if err != nil {
		t.Fatal(err)
	}
	err = first.Keep()
	if e, ok := errors.AsType[*SupervisedError](err); !ok || e.Error() != (&SupervisedError{os.Getpid()}).Error() {
		t.Errorf("the first supervisor: %v", err)
	}
	first.Release() // does not remove the file of the second
	if err := second.Keep(); err != nil {
		t.Error(err)
	}
	if _, err := d.Supervise(id); err == nil {
		t.Error("a second supervisor was not refused after the end of the first")
	}
	second.Release()
	if got := files(t, dir); got != "" {
		t.Errorf("left behind: %s", got)
	}
}

func TestSupervisedError(t *testing.T) {
	t.Parallel()
	for pid, want := range map[int]string{0: "another supervisor supervises it", 7: "another supervisor (pid 7) supervises it"} {
		if got := (&SupervisedError{pid}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A hold and a lock of a directory that was removed are made in a new one, and a process
// that made it first is seen.
func TestDirectoryIsMadeAgain(t *testing.T) {
	t.Parallel()
	d, dir := lastingDirectory(t)
	release, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	again, err := d.Lock(t.Context(), service, 0)
	if err != nil {
		t.Fatal(err)
	}
	release() // that of the directory that is gone
	if _, err := d.Lock(t.Context(), service, 0); err == nil {
		t.Error("the lock in the new directory does not exclude")
	}
	again()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := d.Hold(service, Hold{State: "stopped"}); err != nil {
		t.Fatal(err)
	}
	if _, held := d.Held(service); !held {
		t.Error("the hold in the new directory is not seen")
	}
}
