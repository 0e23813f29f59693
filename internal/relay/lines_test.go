package relay

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// writes collects each write, and refuses those whose numbers, from 0 on, are in refused.
type writes struct {
	all     []string
	count   int
	refused []int
}

func (w *writes) Write(p []byte) (int, error) {
	w.count++
	if slices.Contains(w.refused, w.count-1) {
		return 0, errors.New("busy")
	}
	w.all = append(w.all, string(p))
	return len(p), nil
}

func TestCopyLines(t *testing.T) {
	t.Parallel()
	room := Longest - len("web/a: \n")
	full := strings.Repeat("x", room)
	for _, test := range []struct {
		name, text string
		refused    []int
		want       []string
	}{
		{"nothing", "", nil, nil},
		{"lines", "a\n\n  b\r\n\xff\n", nil, []string{"web/a: a\n", "web/a: \n", "web/a:   b\r\n", "web/a: \xff\n"}},
		{"no newline at the end", "a\nb", nil, []string{"web/a: a\n", "web/a: b\n"}},
		{"the longest line", full + "\nb\n", nil, []string{"web/a: " + full + "\n", "web/a: b\n"}},
		{"a longer line", full + "y\nb\n", nil, []string{"web/a: " + full + "\n", "web/a: y\n", "web/a: b\n"}},
		{"two pieces", full + full + "\n\nb\n", nil, []string{"web/a: " + full + "\n", "web/a: " + full + "\n", "web/a: \n", "web/a: b\n"}},
		{"lost", "a\nb\nc\nd\n", []int{1, 2}, []string{"web/a: a\n", "web/a: svctl: lines of the output that were lost: 2\n", "web/a: d\n"}},
		{"lost at the end", "a\nb\n", []int{1}, []string{"web/a: a\n", "web/a: svctl: lines of the output that were lost: 1\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			to := &writes{refused: test.refused}
			copyLines(iotest.HalfReader(strings.NewReader(test.text)), to, "web/a")
			if !slices.Equal(to.all, test.want) {
				t.Errorf("got %.200q, want %.200q", to.all, test.want)
			}
			for _, text := range to.all {
				if len(text) > Longest {
					t.Errorf("a write of %d bytes", len(text))
				}
			}
		})
	}
}

// TestLongName writes all of a line after a name that leaves no room for it.
func TestLongName(t *testing.T) {
	t.Parallel()
	name, text := strings.Repeat("n", Longest), strings.Repeat("x", 2*minPiece)
	to := &writes{}
	copyLines(strings.NewReader(text+"\n"), to, name)
	want := name + ": " + text[:minPiece] + "\n"
	if !slices.Equal(to.all, []string{want, want}) {
		t.Errorf("got %d writes, want 2 of %d bytes", len(to.all), len(want))
	}
}
