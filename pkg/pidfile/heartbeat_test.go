//go:build linux

package pidfile

import (
	"strings"
	"testing"
	"time"
)

func TestHeartbeatText(t *testing.T) {
	t.Parallel()
	const boot = "5d1f1c0e-6f1b-4f1f-8f6c-1d9f3d8a2b11"
	for _, h := range []heartbeat{
		{boot: boot, pid: 42, start: 1, last: 2},
		{boot: boot, pid: maxPID, start: 1 << 40, last: 1 << 50, starting: true},
		{boot: boot, pid: 42, start: 1, last: 2, waiting: true, autogroup: 1<<64 - 1},
	} {
		text := string(h.appendText(nil))
		if got, ok := parseHeartbeat(text); !ok || got != h {
			t.Errorf("%q: got %+v, %v, want %+v", text, got, ok, h)
		}
		later := h
		later.last, later.starting = 1<<63, !h.starting
		if len(later.appendText(nil)) != len(text) || len(text) > maxHeartbeat {
			t.Errorf("the length of %q changes", text)
		}
	}
	for _, text := range []string{
		"", "\n", "x 42 1 2 alive 3", "x 42 1 2 alive\n", "x 42 1 2 dead 3\n", "x 1 1 2 alive 3\n", "x y 1 2 alive 3\n",
		"x 42 -1 2 alive 3\n", "x 42 1 2.5 alive 3\n", "x 42 1 2 alive 3\nmore\n", "x 42 1 2 alive 3 more\n",
		"x 42 1 2 alive -3\n", "x 42 1 2 alive 3\n" + strings.Repeat("\x00", 10),
	} {
		if got, ok := parseHeartbeat(text); ok {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

func TestHeartbeatSaw(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		start    uint64
		starting bool
		want     bool
	}{
		{999, false, true}, {1000, false, true}, {1001, false, false},
		{1000, true, true}, {1001, true, true}, {1200, true, true}, {1201, true, false},
	} {
		h := heartbeat{last: 1000, starting: test.starting}
		if got := h.saw(test.start); got != test.want {
			t.Errorf("%+v saw a process of %d: %v, want %v", h, test.start, got, test.want)
		}
	}
}

func TestHeartbeatAge(t *testing.T) {
	t.Parallel()
	h := heartbeat{last: 1000}
	for now, want := range map[uint64]time.Duration{0: 0, 1000: 0, 1001: 10 * time.Millisecond, 7000: time.Minute} {
		if got := h.age(now); got != want {
			t.Errorf("at %d: %s, want %s", now, got, want)
		}
	}
}
