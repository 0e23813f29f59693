package output

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// laidOut returns the files of an output that arrives in pieces. A stamp is a row of "@".
func laidOut(limit int64, stamp int, pieces ...string) (files []string) {
	l := layout{limit: limit, stamp: stamp}
	var file bytes.Buffer
	for _, piece := range pieces {
		for p := []byte(piece); len(p) > 0; {
			n, stamped := l.next(p)
			if n == 0 {
				files = append(files, file.String())
				file.Reset()
				l.begin(0)
				continue
			}
			if stamped {
				file.WriteString(strings.Repeat("@", stamp))
			}
			file.Write(p[:n])
			l.advance(p[:n], stamped)
			p = p[n:]
		}
	}
	return append(files, file.String())
}

func TestLayout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		limit  int64
		stamp  int
		pieces []string
		want   []string
	}{
		{"no limit", 0, 0, []string{"one\n", "two"}, []string{"one\ntwo"}},
		{"a file that is full exactly", 8, 0, []string{"one\ntwo\n", "three\n"}, []string{"one\ntwo\n", "three\n"}},
		{"lines in one piece", 8, 0, []string{"one\ntwo\nthree\nfour\n"}, []string{"one\ntwo\n", "three\n", "four\n"}},
		{"a line that does not fit any more", 8, 0, []string{"one\n", "twotwo\n"}, []string{"one\n", "twotwo\n"}},
		{"the rest of a line", 8, 0, []string{"one\ntw", "otwo\nthree\n"}, []string{"one\ntwotwo\n", "three\n"}},
		{"a beginning that does not fit", 8, 0, []string{"one\ntwotwo", "two\n"}, []string{"one\n", "twotwotwo\n"}},
		{"an endless line", 4, 0, []string{"1234567890", "1234567890"}, []string{"12345678", "90123456", "7890"}},
		{"an endless line after another", 4, 0, []string{"a\n1234567890\nb\n"}, []string{"a\n", "12345678", "90\n", "b\n"}},
		{"a long line that begins in time", 4, 0, []string{"a\n1", "234567", "8\n", "b\n"}, []string{"a\n123456", "78\n", "b\n"}},
		{"stamps", 0, 2, []string{"one\ntwo\n\nth", "ree\n", "four"}, []string{"@@one\n@@two\n@@\n@@three\n@@four"}},
		{"stamps count", 12, 2, []string{"one\ntwo\nthree\n"}, []string{"@@one\n@@two\n", "@@three\n"}},
		{"a long line has one stamp", 6, 2, []string{"12345678901234\n"}, []string{"@@1234567890", "1234\n"}},
	}
	for _, test := range tests {
		if got := laidOut(test.limit, test.stamp, test.pieces...); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// A file that is too large already is rotated before the first line.
func TestLayoutOfALargeFile(t *testing.T) {
	t.Parallel()
	l := layout{limit: 10}
	l.begin(11)
	if n, _ := l.next([]byte("a\n")); n != 0 {
		t.Errorf("%d bytes follow", n)
	}
}

// FuzzLayout tests that no byte is lost or moved, that no file is too large, and that
// only long lines are split.
func FuzzLayout(f *testing.F) {
	f.Add([]byte("one\ntwo\nthree\n"), uint8(8), uint8(2), uint8(3))
	f.Add([]byte("a\n1234567890\n\nb"), uint8(4), uint8(0), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, limit, stamp, each uint8) {
		text = bytes.ReplaceAll(text, []byte("@"), []byte("a"))
		limit, stamp = max(limit, 1), min(stamp, limit/2)
		var pieces []string
		for piece := range slices.Chunk(text, int(max(each, 1))) {
			pieces = append(pieces, string(piece))
		}
		files := laidOut(int64(limit), int(stamp), pieces...)
		all := strings.Join(files, "")
		if got := strings.ReplaceAll(all, "@", ""); got != string(text) {
			t.Fatalf("%q became %q", text, got)
		}
		if stamp > 0 {
			lines := strings.SplitAfter(string(text), "\n")
			if lines[len(lines)-1] == "" {
				lines = lines[:len(lines)-1]
			}
			want := ""
			for _, line := range lines {
				want += strings.Repeat("@", int(stamp)) + line
			}
			if all != want {
				t.Fatalf("%q, want %q", all, want)
			}
		}
		for i, file := range files {
			if len(file) > 2*int(limit) {
				t.Errorf("file %d has %d bytes, the limit is %d", i, len(file), limit)
			}
			if i == len(files)-1 || strings.HasSuffix(file, "\n") {
				continue
			}
			begun := file[strings.LastIndex(file, "\n")+1:]
			rest, _, _ := strings.Cut(strings.Join(files[i+1:], ""), "\n")
			if len(begun)+len(rest)+1 <= int(limit) && strings.Contains(all, rest+"\n") {
				t.Errorf("the line %q was split", begun+rest)
			}
		}
	})
}
