//go:build linux

package proctree

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The real-time signals as numbered by the GNU C library, systemd and kill(1).
// The library reserves the first two of the kernel (signal(7)).
const (
	firstRealTime = 34
	lastRealTime  = 64
)

// synonyms are the names of signal(7) for signals that have another name, too.
var synonyms = map[string]syscall.Signal{
	"CLD": unix.SIGCHLD, "IOT": unix.SIGABRT, "POLL": unix.SIGIO, "UNUSED": unix.SIGSYS,
}

// ParseSignal parses the name of a signal, with or without SIG, or its number
// from 1 to 64. The synonyms of signal(7) are names, too. The real-time signals are
// RTMIN, RTMIN+N, RTMAX and RTMAX-N, with N from 0 to 30. The error quotes the text.
func ParseSignal(name string) (syscall.Signal, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= lastRealTime && name[0] != '+' {
		return syscall.Signal(n), nil
	}
	upper := strings.TrimPrefix(strings.ToUpper(name), "SIG")
	if sig := unix.SignalNum("SIG" + upper); sig != 0 {
		return sig, nil
	}
	if sig, ok := synonyms[upper]; ok {
		return sig, nil
	}
	if sig, ok := realTime(upper); ok {
		return sig, nil
	}
	return 0, fmt.Errorf("unknown signal %q", name)
}

func realTime(name string) (syscall.Signal, bool) {
	const count = lastRealTime - firstRealTime
	distance := func(text, sign string) (n int, ok bool) {
		if text == "" {
			return 0, true
		}
		digits, found := strings.CutPrefix(text, sign)
		n, err := strconv.Atoi(digits)
		return n, found && err == nil && n <= count && digits[0] >= '0' && digits[0] <= '9'
	}
	if rest, found := strings.CutPrefix(name, "RTMIN"); found {
		n, ok := distance(rest, "+")
		return syscall.Signal(firstRealTime + n), ok
	}
	if rest, found := strings.CutPrefix(name, "RTMAX"); found {
		n, ok := distance(rest, "-")
		return syscall.Signal(lastRealTime - n), ok
	}
	return 0, false
}

// SignalName returns the name of a signal without SIG, RTMIN+N for a real-time
// signal, or the number of a signal without a name.
func SignalName(sig syscall.Signal) string {
	switch n := int(sig); {
	case n == firstRealTime:
		return "RTMIN"
	case n > firstRealTime && n <= lastRealTime:
		return "RTMIN+" + strconv.Itoa(n-firstRealTime)
	}
	if name := unix.SignalName(sig); name != "" {
		return strings.TrimPrefix(name, "SIG")
	}
	return strconv.Itoa(int(sig))
}

// SignalNames returns the names of the standard signals without SIG.
func SignalNames() []string {
	var all []string
	for n := 1; n < firstRealTime; n++ {
		if name := unix.SignalName(syscall.Signal(n)); name != "" {
			all = append(all, strings.TrimPrefix(name, "SIG"))
		}
	}
	return all
}
