//go:build linux

package proctree_test

import (
	"syscall"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

func TestSignalNamesRoundTrip(t *testing.T) {
	t.Parallel()
	for n := syscall.Signal(1); n <= 64; n++ {
		name := proctree.SignalName(n)
		for _, spelled := range []string{name, "SIG" + name} {
			if name[0] <= '9' && spelled != name {
				continue // a number has no prefix SIG
			}
			if got, err := proctree.ParseSignal(spelled); err != nil || got != n {
				t.Errorf("signal %d is named %q, which reads as %d (%v)", n, spelled, got, err)
			}
		}
	}
}

// TestSignalSynonyms parses every name of signal(7) for a signal of Linux on x86 and ARM.
func TestSignalSynonyms(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"CLD": "CHLD", "SIGCLD": "CHLD", "IOT": "ABRT", "iot": "ABRT", "POLL": "IO", "UNUSED": "SYS", "STKFLT": "STKFLT", "PWR": "PWR",
	} {
		if sig, err := proctree.ParseSignal(name); err != nil || proctree.SignalName(sig) != want {
			t.Errorf("%q is signal %s (%v), want %s", name, proctree.SignalName(sig), err, want)
		}
	}
}
