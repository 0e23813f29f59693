package proctree

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestSplitArgs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxArgs-10)
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"words":          {"a\x00b c\x00", []string{"a", "b c"}},
		"empty word":     {"a\x00\x00b\x00", []string{"a", "", "b"}},
		"a title":        {"nginx: master", []string{"nginx: master"}},
		"cut in a word":  {"a\x00" + long + "\x00" + strings.Repeat("y", 7), []string{"a", long}},
		"one long word":  {strings.Repeat("x", maxArgs), []string{""}},
		"too many words": {strings.Repeat("x\x00", 2*maxWords), slices.Repeat([]string{"x"}, maxWords)},
	} {
		if got := splitArgs([]byte(test.text)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %d words, want %d", name, len(got), len(test.want))
		}
	}
	if got := splitArgs(bytes.Repeat([]byte{0}, maxArgs)); len(got) != maxWords {
		t.Errorf("zeroes: got %d words", len(got))
	}
}
