// Package exitstatus describes how a process has exited: in words, and as the
// exit status that a shell would return.
package exitstatus

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

// Text returns "exit status N" or "killed by signal NAME", with " (core dumped)"
// if the kernel wrote a core dump.
func Text(status unix.WaitStatus) string {
	if !status.Signaled() {
		return fmt.Sprintf("exit status %d", status.ExitStatus())
	}
	text := "killed by signal " + proctree.SignalName(status.Signal())
	if status.CoreDump() {
		text += " (core dumped)"
	}
	return text
}

// Code returns the exit status of a process, or [OfSignal] of the signal that
// killed it.
func Code(status unix.WaitStatus) int {
	if status.Signaled() {
		return OfSignal(status.Signal())
	}
	return status.ExitStatus()
}

// OfSignal returns 128 plus the number of a signal, as POSIX shells do.
func OfSignal(s unix.Signal) int { return 128 + int(s) }

// Parse parses a text of [Text]: the exit status, and the signal that killed the process,
// 0 if none did. For a killed process the exit status is [OfSignal].
func Parse(text string) (code int, signal unix.Signal, ok bool) {
	if number, found := strings.CutPrefix(text, "exit status "); found {
		code, err := strconv.Atoi(number)
		return code, 0, err == nil
	}
	name, found := strings.CutPrefix(text, "killed by signal ")
	name, _, _ = strings.Cut(name, " ")
	signal, err := proctree.ParseSignal(name)
	if !found || err != nil {
		return 0, 0, false
	}
	return OfSignal(signal), signal, true
}
