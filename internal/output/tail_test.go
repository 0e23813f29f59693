package output

import (
	"slices"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3*tailSize)
	numbers := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n"
	tests := []struct {
		name   string
		pieces []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"blank lines", []string{"\n \n\t\r\n"}, nil},
		{"lines in pieces", []string{"on", "e\ntw", "o"}, []string{"one", "two"}},
		{"the last lines", []string{numbers}, []string{"3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}},
		{"escapes and bytes", []string{"\x1b[31mred\x07 \xff é\u202e\r\n"}, []string{`\x1b[31mred\a \xff é\u202e`}},
		{"a long line", []string{long}, []string{strings.Repeat("x", shownBytes) + "…"}},
		{"a long line and the end", []string{long, "\nend\n"}, []string{"end"}},
		{"the end in small pieces", append(slices.Repeat([]string{"12345678\n"}, 1000), "end"), append(slices.Repeat([]string{"12345678"}, 9), "end")},
	}
	for _, test := range tests {
		var kept tail
		for _, piece := range test.pieces {
			kept.add([]byte(piece))
		}
		if got := kept.lines(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if cap(kept.kept) > 2*tailSize {
			t.Errorf("%s: %d bytes are kept", test.name, cap(kept.kept))
		}
	}
}
