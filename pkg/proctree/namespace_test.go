//go:build linux

package proctree

import (
	"errors"
	"os"
	"testing"
)

func TestParseDepth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status string
		want   int
	}{
		{"Name:\ta\nNStgid:\t7\t1\nNSpid:\t7\nNSpgid:\t7\n", 1},
		{"Name:\tNSpid:\nNSpid:\t7\t3\t1\n", 3},
		{"Name:\ta\nPid:\t7\n", 0},
		{"", 0},
	} {
		if got := parseDepth(test.status); got != test.want {
			t.Errorf("%q: got %d, want %d", test.status, got, test.want)
		}
	}
}

func TestContained(t *testing.T) {
	t.Parallel()
	if contained, err := Contained(os.Getpid()); contained || err != nil {
		t.Errorf("got %v, %v of this process", contained, err)
	}
	if _, err := Contained(1 << 30); !errors.Is(err, ErrGone) {
		t.Errorf("got %v of no process, want %v", err, ErrGone)
	}
}
