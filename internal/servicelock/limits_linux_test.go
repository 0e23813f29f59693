package servicelock

import (
	"testing"

	"golang.org/x/sys/unix"
)

// The tests in this file are not parallel, because the limits are those of the process.

func TestWithoutDescriptors(t *testing.T) {
	d, dir := newDirectory(t)
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	none := unix.Rlimit{Cur: 0, Max: before.Max}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, locked := d.Lock(t.Context(), service, 0)
	held := d.Hold(service, Hold{})
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if want := `cannot lock the service in "` + dir + `": too many open files`; locked == nil || locked.Error() != want {
		t.Errorf("%v, want %s", locked, want)
	}
	if want := `cannot write "x-0.hold" in "` + dir + `": too many open files`; held == nil || held.Error() != want {
		t.Errorf("%v, want %s", held, want)
	}
}

// On a full disk the old hold stays, and no part of a new one.
func TestFullDisk(t *testing.T) {
	d, dir := newDirectory(t)
	if err := d.Hold(service, Hold{User: "before"}); err != nil {
		t.Fatal(err)
	}
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	// A write beyond the limit fails with EFBIG: the Go runtime ignores SIGXFSZ.
	none := unix.Rlimit{Cur: 0, Max: before.Max}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &none); err != nil {
		t.Fatal(err)
	}
	err := d.Hold(service, Hold{User: "after"})
	release, locked := d.Lock(t.Context(), service, 0)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if want := `cannot write "x-0.hold" in "` + dir + `": file too large`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if locked != nil { // a lock needs no contents
		t.Fatal(locked)
	}
	release()
	if h, found := d.Held(service); !found || h.User != "before" {
		t.Errorf("%+v, %v", h, found)
	}
	if got := files(t, dir); got != "x-0.hold" {
		t.Errorf("files %q", got)
	}
}
