package exitstatus

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestExitStatus(t *testing.T) {
	t.Parallel()
	const core = 0x80
	tests := []struct {
		status unix.WaitStatus
		code   int
		text   string
	}{
		{0, 0, "exit status 0"},
		{1 << 8, 1, "exit status 1"},
		{255 << 8, 255, "exit status 255"},
		{128 << 8, 128, "exit status 128"},
		{unix.WaitStatus(unix.SIGHUP), 129, "killed by signal HUP"},
		{unix.WaitStatus(unix.SIGKILL), 137, "killed by signal KILL"},
		{unix.WaitStatus(unix.SIGTERM), 143, "killed by signal TERM"},
		{unix.WaitStatus(unix.SIGSEGV) | core, 139, "killed by signal SEGV (core dumped)"},
		{64, 192, "killed by signal RTMIN+30"},
	}
	for _, test := range tests {
		if got := Code(test.status); got != test.code {
			t.Errorf("%#x: exit status %d, want %d", test.status, got, test.code)
		}
		if got := Text(test.status); got != test.text {
			t.Errorf("%#x: %q, want %q", test.status, got, test.text)
		}
		code, signal, ok := Parse(test.text)
		if code != test.code || signal != max(0, test.status.Signal()) || !ok {
			t.Errorf("%q: %d, %d, %v", test.text, code, signal, ok)
		}
	}
}

func TestParseNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "exit status ", "exit status x", "killed by signal ", "killed by signal NONE", "ended", "signal HUP"} {
		if code, signal, ok := Parse(text); ok {
			t.Errorf("%q: %d, %d", text, code, signal)
		}
	}
}
