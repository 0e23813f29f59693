package main

import "golang.org/x/sys/unix"

// noTerminal keeps an open(2) from making a terminal that of the session.
const noTerminal = unix.O_NOCTTY

func isTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil
}
