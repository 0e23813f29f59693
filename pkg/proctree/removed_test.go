//go:build linux

package proctree

import (
	"errors"
	"strings"
	"testing"
)

// A process that is being reaped has no parent, so its line must not count as that of a
// process of somebody else.
func TestParseExisting(t *testing.T) {
	t.Parallel()
	const tail = " 0 -1 4227148 17 0 0 0 0 0 0 0 20 0 0 0 240 0 0\n"
	for line, want := range map[string]error{
		"42 (sleep) X 0 -1 -1" + tail: ErrGone,
		"42 (sleep) X 7 42 42" + tail: nil, // exited, and still a child
		"42 (sleep) Z 7 42 42" + tail: nil,
		"42 (sleep) S 0 0 0" + tail:   nil, // of another PID namespace
	} {
		s, err := parseExisting(line)
		if !errors.Is(err, want) || err == nil && !strings.HasPrefix(line, "42 (sleep) "+string(s.State)) {
			t.Errorf("%q: %+v, %v; want %v", line, s, err, want)
		}
	}
	if _, err := parseExisting("42"); !errors.Is(err, ErrBadStat) {
		t.Errorf("a short line: %v", err)
	}
}
