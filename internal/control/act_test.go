package control

import (
	"fmt"
	"io/fs"
	"syscall"
	"testing"
)

func TestIsShortage(t *testing.T) {
	t.Parallel()
	for errno, want := range map[syscall.Errno]bool{
		syscall.EMFILE: true, syscall.ENFILE: true, syscall.ENOMEM: true,
		syscall.EACCES: false, syscall.ENOENT: false,
	} {
		err := fmt.Errorf("cannot read: %w", &fs.PathError{Op: "open", Path: "x", Err: errno})
		if got := isShortage(err); got != want {
			t.Errorf("%v: %v", errno, got)
		}
	}
	if isShortage(nil) {
		t.Error("no error is a shortage")
	}
}
