//go:build linux

package pidfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/pidfile"
)

var contents = []struct {
	text string
	want pidfile.Content
}{
	{"", pidfile.Content{}},
	{"2", pidfile.Content{PID: 2}},
	{"42\n", pidfile.Content{PID: 42}},
	{"42\nquit\n", pidfile.Content{PID: 42, Request: "quit"}},
	{"42 quit", pidfile.Content{PID: 42, Request: "quit"}},
	{"42\t\r\n\f\v quit \n\n\n", pidfile.Content{PID: 42, Request: "quit"}},
	{"42\nreload\n", pidfile.Content{PID: 42, Request: "reload"}},
	{"42\n\n\n\n\n", pidfile.Content{PID: 42}},
	{"00042\n", pidfile.Content{PID: 42}},
	{"4194304\n", pidfile.Content{PID: 1 << 22}},
	{"42" + strings.Repeat("\n", 62), pidfile.Content{PID: 42}},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range contents {
		got, err := pidfile.Parse([]byte(test.text))
		if err != nil || got != test.want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", test.text, got, err, test.want)
		}
	}
}

var badContents = []string{
	"0", "1", "00", "01\n", "-1", "-42\n", "+42\n", " 42\n", "\n", "\n42\n", "\x00", "42\x00",
	"4194305", "99999999999999999999999999", "0x2a", "4_2", "42.0", "1e3", "४२", "42\u00a0quit",
	"quit", "quit\n42\n", "42quit", "42\nQuit\n", "42\nquit2\n", "42\nquit now\n", "42\nquit\n43\n", "42 43",
	"42\nqu\x00it", "42\u2028quit", "<html>\n",
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range badContents {
		got, err := pidfile.Parse([]byte(text))
		want := fmt.Sprintf("not a pid file: it holds %q", text)
		if !errors.Is(err, pidfile.ErrMalformed) || err.Error() != want || got != (pidfile.Content{}) {
			t.Errorf("Parse(%q) = %+v, %v; want %s", text, got, err, want)
		}
	}
	_, err := pidfile.Parse([]byte("42" + strings.Repeat("\n", 63)))
	if !errors.Is(err, pidfile.ErrMalformed) || err.Error() != "not a pid file: it is longer than 64 bytes" {
		t.Errorf("a text of 65 bytes: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range contents {
		f.Add([]byte(test.text))
	}
	for _, text := range badContents {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := pidfile.Parse(text)
		switch {
		case err != nil && (!errors.Is(err, pidfile.ErrMalformed) || c != (pidfile.Content{})):
			t.Fatalf("Parse(%q) = %+v, %v", text, c, err)
		case err != nil:
			return
		case len(text) == 0:
			return // an empty content is never written
		case c.PID <= 1 || c.PID > 1<<22:
			t.Fatalf("Parse(%q) believes in pid %d", text, c.PID)
		}
		again, err := pidfile.Parse(c.Text())
		if err != nil || again != c {
			t.Fatalf("%q is %+v, written %q is %+v (%v)", text, c, c.Text(), again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte("4194304\nquit\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := pidfile.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
