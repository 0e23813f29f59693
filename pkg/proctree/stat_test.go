//go:build linux

package proctree_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/svloop/svloop/pkg/proctree"
)

// tail are the fields after the command name of a sleeping process.
const tail = " S 1 42 43 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 123456 1000 10\n"

var statLines = []struct {
	name, line, comm string
}{
	{"plain", "42 (sleep)" + tail, "sleep"},
	{"blank", "42 (tmux: server)" + tail, "tmux: server"},
	{"empty", "42 ()" + tail, ""},
	{"parentheses", "42 ((sd-pam))" + tail, "(sd-pam)"},
	{"closing first", "42 ()x()" + tail, ")x("},
	{"a whole line", "42 (a) R 9 9 9 0 0 0)" + tail, "a) R 9 9 9 0 0 0"},
	{"line end", "42 (a\nb\n)" + tail, "a\nb\n"},
	{"no text at all", "42 (\xff\xfe\x01)" + tail, "\xff\xfe\x01"},
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	for _, test := range statLines {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := proctree.Stat{
				PID: 42, Comm: test.comm, State: 'S', PPID: 1, PGID: 42, Session: 43,
				Flags: 4194560, Threads: 1, Start: 123456, Processor: 3, Resident: 10,
			}
			got, err := proctree.ParseStat(test.line)
			if err != nil || got != want {
				t.Errorf("ParseStat(%q) = %+v, %v; want %+v", test.line, got, err, want)
			}
		})
	}
}

var badStatLines = []struct{ line, want string }{
	{"", `malformed stat line: no command name in ""`},
	{"42", `malformed stat line: no command name in "42"`},
	{"(x)" + tail, `malformed stat line: no command name in "(x) S 1 42 43 0 -1 4194560 100 0 0 0 1 2 3 4 20 0 1 0 123456 1000 10\n"`},
	{"42 )x(", `malformed stat line: no command name in "42 )x("`},
	{"x (y) S", `malformed stat line: pid in "x (y) S"`},
	{"99999999999999999999 (y) S", `malformed stat line: pid in "99999999999999999999 (y) S"`},
	{"42 (y)", `malformed stat line: only 2 fields in "42 (y)"`},
	{"42 (y) S 1", `malformed stat line: only 4 fields in "42 (y) S 1"`},
	{"42 (y) SS 1", `malformed stat line: field 3 is "SS"`},
	{"42 (y) S x", `malformed stat line: field 4 is "x"`},
	{"42 (y) S 1 2 3 0 -1 -4", `malformed stat line: field 9 is "-4"`},
	{strings.Replace("42 (y)"+tail, "20 0 1", "20 0 1x", 1), `malformed stat line: field 20 is "1x"`},
	{strings.Replace("42 (y)"+tail, "123456", "1e5", 1), `malformed stat line: field 22 is "1e5"`},
}

func TestParseStatRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range badStatLines {
		_, err := proctree.ParseStat(test.line)
		if !errors.Is(err, proctree.ErrBadStat) || err.Error() != test.want {
			t.Errorf("ParseStat(%q): %v; want %s", test.line, err, test.want)
		}
	}
}

func FuzzParseStat(f *testing.F) {
	for _, test := range statLines {
		f.Add(test.line)
	}
	for _, test := range badStatLines {
		f.Add(test.line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		s, err := proctree.ParseStat(line)
		if err != nil {
			if !errors.Is(err, proctree.ErrBadStat) {
				t.Fatalf("ParseStat(%q): %v", line, err)
			}
			return
		}
		printed := fmt.Sprintf("%d (%s) %s %d %d %d 0 0 %d 0 0 0 0 %d 0%s %d 0 %d 0 %d\n", s.PID, s.Comm, []byte{s.State},
			s.PPID, s.PGID, s.Session, s.Flags, s.Processor, strings.Repeat(" 0", 4), s.Threads, s.Start, s.Resident)
		again, err := proctree.ParseStat(printed)
		if err != nil || again != s {
			t.Fatalf("%q is %+v, printed %q is %+v (%v)", line, s, printed, again, err)
		}
	})
}

func TestStates(t *testing.T) {
	t.Parallel()
	const exiting, kernelThread = 0x4, 0x200000
	tests := []struct {
		stat                            proctree.Stat
		alive, exiting, stopped, kernel bool
	}{
		{stat: proctree.Stat{State: 'R'}, alive: true},
		{stat: proctree.Stat{State: 'D'}, alive: true},
		{stat: proctree.Stat{State: 'T'}, alive: true, stopped: true},
		{stat: proctree.Stat{State: 't'}, alive: true, stopped: true},
		{stat: proctree.Stat{State: 'Z', Flags: exiting}, exiting: true},
		{stat: proctree.Stat{State: 'Z', Flags: exiting, Threads: 1}, exiting: true},
		{stat: proctree.Stat{State: 'Z', Flags: exiting, Threads: 2}, alive: true, exiting: true},
		{stat: proctree.Stat{State: 'X', Flags: exiting}, exiting: true},
		{stat: proctree.Stat{State: 'X', Flags: exiting, Threads: 2}, exiting: true},
		{stat: proctree.Stat{State: 'x'}},
		{stat: proctree.Stat{State: 'R', Flags: exiting}, alive: true, exiting: true},
		{stat: proctree.Stat{State: 'I', Flags: kernelThread}, alive: true, kernel: true},
	}
	for _, test := range tests {
		s := test.stat
		if s.Alive() != test.alive || s.Exiting() != test.exiting || s.Stopped() != test.stopped || s.KernelThread() != test.kernel {
			t.Errorf("state %c flags %#x: alive %v, exiting %v, stopped %v, kernel thread %v",
				s.State, s.Flags, s.Alive(), s.Exiting(), s.Stopped(), s.KernelThread())
		}
		if !s.Alive() || s.Exiting() {
			if dying, err := s.Dying(); !dying || err != nil {
				t.Errorf("state %c flags %#x: dying %v, %v", s.State, s.Flags, dying, err)
			}
		}
	}
}

func BenchmarkParseStat(b *testing.B) {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		b.Fatal(err)
	}
	line := string(text)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := proctree.ParseStat(line); err != nil {
			b.Fatal(err)
		}
	}
}
