//go:build linux

package cloexec

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// Both ways set the flag on every descriptor from the first on, and on no lower one.
func TestFrom(t *testing.T) {
	for _, set := range []func(int) error{From, oneByOne} {
		var fds []int
		for range 3 {
			fd, err := unix.Dup(int(os.Stdin.Fd())) // without close-on-exec
			if err != nil {
				t.Fatal(err)
			}
			defer unix.Close(fd)
			fds = append(fds, fd)
		}
		if err := set(fds[1]); err != nil {
			t.Fatal(err)
		}
		for i, fd := range fds {
			flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
			if got := flags&unix.FD_CLOEXEC != 0; err != nil || got != (fd >= fds[1]) {
				t.Errorf("descriptor %d of %d: close-on-exec %v, %v", i, len(fds), got, err)
			}
		}
	}
}
