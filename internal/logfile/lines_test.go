package logfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", Longest)
	for _, test := range []struct {
		name   string
		pieces []string
		want   []string // "+" before a piece that continues a line
		rest   string
	}{
		{"lines", []string{"a\nb\n"}, []string{"a\n", "b\n"}, ""},
		{"pieces", []string{"a", "b\n", "\nc"}, []string{"ab\n", "\n"}, "c"},
		{"a long line", []string{long, "y\nz\n"}, []string{long, "+y\n", "z\n"}, ""},
		{"a line of exactly that length", []string{long, "\n"}, []string{long, "+\n"}, ""},
	} {
		var l Lines
		var got []string
		for _, piece := range test.pieces {
			l.Add([]byte(piece))
			for line, begins := l.Next(); line != nil; line, begins = l.Next() {
				if !begins {
					got = append(got, "+"+string(line))
				} else {
					got = append(got, string(line))
				}
			}
		}
		if rest, _ := l.Rest(); !slices.Equal(got, test.want) || string(rest) != test.rest {
			t.Errorf("%s: %d lines %.200q, rest %q", test.name, len(got), got, rest)
		}
	}
}

// FuzzLines tests that no byte is lost, and that each line but a long one is whole.
func FuzzLines(f *testing.F) {
	f.Add([]byte("one\ntwo\nthree"), uint8(3))
	f.Fuzz(func(t *testing.T, text []byte, each uint8) {
		var l Lines
		var got []byte
		for piece := range slices.Chunk(text, int(max(each, 1))) {
			l.Add(piece)
			for line, begins := l.Next(); line != nil; line, begins = l.Next() {
				if !begins || bytes.IndexByte(line, '\n') != len(line)-1 {
					t.Errorf("%q is not one line, begins %v", line, begins)
				}
				got = append(got, line...)
			}
		}
		rest, _ := l.Rest()
		if got = append(got, rest...); !bytes.Equal(got, text) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

// FuzzBackward compares the search in blocks and files with a count from the front.
func FuzzBackward(f *testing.F) {
	f.Add([]byte("a\nb\nc"), uint8(2), uint8(3))
	f.Fuzz(func(t *testing.T, text []byte, n, cut uint8) {
		lines := bytes.SplitAfter(text, []byte("\n"))
		if len(lines[len(lines)-1]) == 0 {
			lines = lines[:len(lines)-1]
		}
		want := bytes.Join(lines[max(0, len(lines)-int(n)):], nil)
		first := min(int(cut), len(text))
		b := backward{left: int(n)}
		offset, err := b.search(bytes.NewReader(text[first:]), int64(len(text)-first))
		got := text[first+int(offset):]
		if err == nil && !b.done {
			offset, err = b.search(bytes.NewReader(text[:first]), int64(first))
			got = text[offset:]
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("the last %d lines of %q (cut at %d) are %q, %v; want %q", n, text, first, got, err, want)
		}
	})
}

// broken fails after its text.
type broken struct{ io.Reader }

var errBroken = errors.New("broken")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errBroken
	}
	return n, err
}

func TestMerge(t *testing.T) {
	t.Parallel()
	texts := []string{
		"2026-03-01T10:00:00.000+01:00 a1\n trace\n2026-03-01T10:00:02.000+01:00 a2\nrest",
		"no time\n2026-03-01T09:00:01Z b1\n",
		"2026-03-01T09:00:02.000Z c1\n2026-03-01T09:00:01.5Z c0 goes backward\n",
	}
	var logs []io.Reader
	var lines []*Lines
	for _, text := range texts {
		logs, lines = append(logs, strings.NewReader(text)), append(lines, new(Lines))
	}
	logs[1] = broken{logs[1]}
	got := ""
	failures := Merge(logs, lines, func(log int, line []byte, begins bool) bool {
		got += string(rune('A'+log)) + " " + string(line)
		return true
	})
	want := "B no time\nA 2026-03-01T10:00:00.000+01:00 a1\nA  trace\nB 2026-03-01T09:00:01Z b1\n" +
		"A 2026-03-01T10:00:02.000+01:00 a2\nC 2026-03-01T09:00:02.000Z c1\nC 2026-03-01T09:00:01.5Z c0 goes backward\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if rest, _ := lines[0].Rest(); string(rest) != "rest" || failures[0] != nil || !errors.Is(failures[1], errBroken) || failures[2] != nil {
		t.Errorf("the rest is %q, the errors %v", rest, failures)
	}
}

// A reader who has enough is not kept waiting by the rest of a large log.
func TestMergeEndsEarly(t *testing.T) {
	t.Parallel()
	lines, got := new(Lines), ""
	failures := Merge([]io.Reader{strings.NewReader("1\n2\n3\n")}, []*Lines{lines}, func(_ int, line []byte, _ bool) bool {
		got += string(line)
		return len(got) < 4
	})
	if got != "1\n2\n" || failures[0] != nil {
		t.Errorf("got %q, %v", got, failures)
	}
}
