//go:build linux

package proctree

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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

// A read that blocks is given up; a read that does not block returns its result.
func TestWithin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		began := time.Now()
		_, err := within(time.Second, func() (int, error) { <-release; return 1, nil })
		if !errors.Is(err, ErrBlocked) || time.Since(began) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
		close(release)
		wrong := errors.New("wrong")
		if n, err := within(time.Second, func() (int, error) { return 7, wrong }); n != 7 || !errors.Is(err, wrong) {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func BenchmarkArgs(b *testing.B) {
	for b.Loop() {
		if _, err := Args(os.Getpid()); err != nil {
			b.Fatal(err)
		}
	}
}
