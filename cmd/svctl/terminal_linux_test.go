package main

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns a terminal whose other end nothing reads.
func openTerminal(t *testing.T) *os.File {
	t.Helper()
	terminal, _ := openBothEnds(t)
	return terminal
}

// openBothEnds returns a terminal and its other end.
func openBothEnds(t *testing.T) (terminal, master *os.File) {
	t.Helper()
	var err error
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		leaveOut(t, fmt.Sprintf("there are no pseudo-terminals: %v", err))
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return terminal, master
}

// openSized returns a terminal of this many columns, and its other end.
func openSized(t *testing.T, columns uint16) (terminal, master *os.File) {
	t.Helper()
	terminal, master = openBothEnds(t)
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return terminal, master
}

// openPipe returns the writing end of a pipe.
func openPipe(t *testing.T) *os.File {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reading.Close(); writing.Close() })
	return writing
}
