//go:build linux

package sdnotify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/svloop/svloop/pkg/sdnotify"
)

var datagrams = []struct {
	text string
	want sdnotify.Message
}{
	{"", sdnotify.Message{}},
	{"READY=1", sdnotify.Message{Ready: true}},
	{"READY=1\n", sdnotify.Message{Ready: true}},
	{"READY=1\nSTATUS=up = good\nMAINPID=42\n", sdnotify.Message{Ready: true, Status: "up = good", MainPID: 42}},
	{"STOPPING=1", sdnotify.Message{Stopping: true}},
	{"WATCHDOG=1", sdnotify.Message{Watchdog: true}},
	{"WATCHDOG=trigger", sdnotify.Message{Trigger: true}},
	{"EXTEND_TIMEOUT_USEC=1500000", sdnotify.Message{Extend: 1500 * time.Millisecond}},
	{"EXTEND_TIMEOUT_USEC=9223372036854775807", sdnotify.Message{Extend: 24 * time.Hour}},
	{"STATUS=first\nSTATUS=second", sdnotify.Message{Status: "second"}},
	{"RELOADING=1\nERRNO=2\nX_OWN=3\nMAINPIDFD=1", sdnotify.Message{}},
	// Values that are not valid are ignored.
	{"READY=0", sdnotify.Message{}},
	{"READY=yes\nSTOPPING=2\nWATCHDOG=\n", sdnotify.Message{}},
	{"READY", sdnotify.Message{}},
	{" READY=1", sdnotify.Message{}},
	{"ready=1", sdnotify.Message{}},
	{"MAINPID=0", sdnotify.Message{}},
	{"MAINPID=1", sdnotify.Message{}},
	{"MAINPID=-42", sdnotify.Message{}},
	{"MAINPID=99999999999999999999", sdnotify.Message{}},
	{"MAINPID=42 ", sdnotify.Message{}},
	{"EXTEND_TIMEOUT_USEC=0", sdnotify.Message{}},
	{"EXTEND_TIMEOUT_USEC=-1", sdnotify.Message{}},
	{"EXTEND_TIMEOUT_USEC=9223372036854775808", sdnotify.Message{}},
	{"\x00\xff=\n=\n\n===", sdnotify.Message{}},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range datagrams {
		if got := sdnotify.Parse(test.text); got != test.want {
			t.Errorf("Parse(%q) = %+v, want %+v", test.text, got, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range datagrams {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := sdnotify.Parse(text)
		if m.MainPID != 0 && m.MainPID <= 1 || m.Extend < 0 || m.Extend > 24*time.Hour ||
			m.Watchdog && m.Trigger || strings.Contains(m.Status, "\n") {
			t.Fatalf("Parse(%q) = %+v", text, m)
		}
		if again := sdnotify.Parse(print(m)); again != m {
			t.Fatalf("Parse(%q) = %+v, printed %q it is %+v", text, m, print(m), again)
		}
	})
}

func print(m sdnotify.Message) string {
	var b strings.Builder
	say := func(said bool, line string) {
		if said {
			b.WriteString(line + "\n")
		}
	}
	say(m.Ready, "READY=1")
	say(m.Stopping, "STOPPING=1")
	say(m.Watchdog, "WATCHDOG=1")
	say(m.Trigger, "WATCHDOG=trigger")
	say(m.Status != "", "STATUS="+m.Status)
	say(m.MainPID != 0, fmt.Sprintf("MAINPID=%d", m.MainPID))
	say(m.Extend != 0, fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d", m.Extend.Microseconds()))
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if !sdnotify.Parse("WATCHDOG=1\nSTATUS=serving 42 clients\n").Watchdog {
			b.Fatal("no watchdog message")
		}
	}
}
