// Package terminal reports whether a descriptor is a terminal, and its width.
package terminal

import "golang.org/x/sys/unix"

// Is reports whether a descriptor is a terminal.
func Is(fd uintptr) bool {
	_, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	return err == nil
}

// Columns returns the width of a terminal, and 0 if it is unknown.
func Columns(fd uintptr) int {
	size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
