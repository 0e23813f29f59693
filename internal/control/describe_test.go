package control

import (
	"testing"

	"github.com/svloop/svloop/pkg/lsb"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	for code, want := range map[lsb.Status]string{
		0: "running", 1: "dead, pid file exists", 2: "dead, lock file exists", 3: "not running", 4: "unknown",
		5: "in state 5, which LSB does not define", 255: "in state 255, which LSB does not define", -1: "in state -1, which LSB does not define",
	} {
		if got := Describe(code); got != want {
			t.Errorf("%d: got %q, want %q", int(code), got, want)
		}
	}
}
