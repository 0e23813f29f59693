package proctree

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
)

// Effect is what a signal does to a process.
type Effect int

// The effects.
const (
	Fatal   Effect = iota // the default action: the signal terminates or stops the process
	Ignored               // nothing: the process ignores the signal, or that is its default
	Handled               // the process has a handler, or blocks the signal to wait for it
)

// EffectOf returns what a signal does to a process now. A process that has just
// started may install its handler later. The errors are those of [ReadStat].
func EffectOf(pid int, sig syscall.Signal) (Effect, error) {
	text, err := readAll(strconv.Itoa(pid), "status", maxStatus)
	if err != nil {
		return Fatal, err
	}
	var caught, blocked, ignored bool
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		var to *bool
		switch name {
		case "SigCgt":
			to = &caught
		case "SigBlk": // of the main thread; a signal that is waited for is blocked in all threads
			to = &blocked
		case "SigIgn":
			to = &ignored
		default:
			continue
		}
		mask, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return Fatal, fmt.Errorf("cannot examine process %d: malformed %s", pid, name)
		}
		*to = mask>>(sig-1)&1 != 0
	}
	switch {
	case ignored:
		return Ignored, nil
	case caught, blocked:
		return Handled, nil
	case sig == syscall.SIGCHLD, sig == syscall.SIGCONT, sig == syscall.SIGURG, sig == syscall.SIGWINCH:
		return Ignored, nil // see signal(7)
	}
	return Fatal, nil
}
