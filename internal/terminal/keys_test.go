package terminal

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]Key{
		"":                                nil,
		"qj\x03":                          {'q', 'j', CtrlC},
		"\x1b[A\x1b[Bj\x1bOA\x1bOB":       {Up, Down, 'j', Up, Down},
		"\x1b[5~\x1b[6~\x1b[H\x1b[F":      {PageUp, PageDown, Home, End},
		"\x1bOH\x1bOF\x1b[1~\x1b[4~":      {Home, End, Home, End},
		"\x1b[1;5Cq\x1b[200~q":            {'q', 'q'},
		"\x1b\x1bq":                       {'q'},
		"\x1b[" + strings.Repeat("1", 20): append([]Key{'['}, slices.Repeat([]Key{'1'}, 20)...),
		"\xffq":                           {'\ufffd', 'q'},
	} {
		for name, r := range map[string]io.Reader{"at once": strings.NewReader(text), "in two parts": iotest.HalfReader(strings.NewReader(text)), "byte by byte": iotest.OneByteReader(strings.NewReader(text))} {
			var got []Key
			if err := ReadKeys(r, func(k Key) { got = append(got, k) }); !errors.Is(err, io.EOF) {
				t.Errorf("%q: %v", text, err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, %s: got %v, want %v", text, name, got, want)
			}
		}
	}
}

func FuzzKeys(f *testing.F) {
	f.Add("q\x1b[A\x1b[1;5C\x1b\x1b[")
	f.Fuzz(func(t *testing.T, text string) {
		_, rest := parse(text)
		if len(rest) > longestSequence+2 || rest != "" && rest[0] != '\x1b' {
			t.Errorf("%q is kept of %q", rest, text)
		}
	})
}
